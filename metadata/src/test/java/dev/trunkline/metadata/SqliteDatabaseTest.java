package dev.trunkline.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest extends DatabaseContract {
  @TempDir Path folder;
  private int opened;

  @Override
  Database open() {
    return Database.sqlite(folder.resolve("metadata" + opened++ + ".db"), Clock.system());
  }

  @Test
  void aFullDiskNamesTheFileAndTheCure() {
    try (var database = open()) {
      database.<Object>write(tx -> tx.handle().execute("create table big (content blob)"));
      database.<Object>write(
          tx -> tx.handle().createQuery("pragma max_page_count = 10").mapTo(Integer.class).one());
      assertThatThrownBy(() ->
              database.<Object>write(
                  tx -> tx.handle().execute("insert into big values (zeroblob(1000000))")))
          .isInstanceOfSatisfying(
              Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.FULL))
          .hasMessageContaining("metadata1.db")
          .hasMessageContaining("free some");
      int rows =
          database.read(
              tx -> tx.handle().createQuery("select count(*) from big").mapTo(Integer.class).one());
      assertThat(rows).isZero();
    }
  }

  @Test
  void aFileThatIsNoDatabaseIsNamed() throws IOException {
    var file = folder.resolve("garbage.db");
    Files.write(file, new byte[8192]);
    Files.writeString(file, "this is no database, and long enough to be looked at".repeat(100));
    assertThatThrownBy(() -> Database.sqlite(file, Clock.system()).close())
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.CORRUPT))
        .hasMessageContaining("garbage.db");
  }
}
