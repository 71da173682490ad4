package dev.trunkline.metadata;

import dev.trunkline.base.Clock;
import java.nio.file.Path;
import java.util.function.Function;

/// The database of an installation. Transactions are serializable; a lost race is run again.
public interface Database extends AutoCloseable {
  /// A database in one file of this machine.
  static Database sqlite(Path file, Clock clock) {
    return new SqliteDatabase(file, clock);
  }

  /// A database of a PostgreSQL server, as a JDBC address with user and password.
  static Database postgres(String url, Clock clock) {
    return new PostgresDatabase(url, clock);
  }

  /// Runs `work` in a transaction that may write; what it throws rolls everything back.
  ///
  /// `work` may run several times and must have no effect but through its transaction.
  <T> T write(Function<Tx, T> work);

  /// Runs `work` in a transaction that sees one state of everything and writes nothing.
  <T> T read(Function<Tx, T> work);

  /// Brings the tables of `module` to the newest form: the scripts `db/<module>/V*.sql`.
  void migrate(String module);

  /// What wakes those who wait for a change.
  Changes changes();

  @Override
  void close();
}
