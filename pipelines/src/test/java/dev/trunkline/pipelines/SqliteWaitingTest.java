package dev.trunkline.pipelines;

import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteWaitingTest extends WaitingContract {
  @TempDir private Path folder;

  @Override
  Database database() {
    return Databases.sqlite(folder);
  }
}
