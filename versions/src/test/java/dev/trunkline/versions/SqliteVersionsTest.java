package dev.trunkline.versions;

import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteVersionsTest extends VersionsContract {
  @TempDir Path folder;

  @Override
  Database openDatabase() {
    return Databases.sqlite(folder);
  }
}
