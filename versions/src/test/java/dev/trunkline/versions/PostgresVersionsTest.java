package dev.trunkline.versions;

import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;

class PostgresVersionsTest extends VersionsContract {
  @Override
  Database openDatabase() {
    return Databases.postgres();
  }
}
