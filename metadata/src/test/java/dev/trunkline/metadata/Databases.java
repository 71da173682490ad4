package dev.trunkline.metadata;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Ids;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Fresh databases of both kinds, for contract tests of every module that has tables.
public final class Databases {
  private static @Nullable EmbeddedPostgres server;

  private Databases() {}

  /// A SQLite database in `folder`.
  public static Database sqlite(Path folder) {
    return Database.sqlite(folder.resolve("metadata.db"), Clock.system());
  }

  /// The address of a new database on the PostgreSQL server that all tests of a process share.
  public static synchronized String postgresUrl() {
    try {
      if (server == null) {
        server = EmbeddedPostgres.start();
      }
      var name = "t" + Ids.random();
      try (var connection = server.getPostgresDatabase().getConnection();
          var statement = connection.createStatement()) {
        statement.execute("create database " + name);
      }
      return server.getJdbcUrl("postgres", name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A new database on that server.
  public static Database postgres() {
    return Database.postgres(postgresUrl(), Clock.system());
  }
}
