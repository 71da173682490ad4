package dev.trunkline.storage;

import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;

class PostgresStorageTest extends StorageContract {
  @Override
  Database open() {
    return Databases.postgres();
  }
}
