package dev.trunkline.storage;

import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteStorageTest extends StorageContract {
  @TempDir Path folder;

  @Override
  Database open() {
    return Databases.sqlite(folder);
  }
}
