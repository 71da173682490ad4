package dev.trunkline.metadata;

import com.zaxxer.hikari.HikariDataSource;
import dev.trunkline.base.Clock;
import java.sql.SQLException;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/// PostgreSQL behind a pool of connections; transactions that lost a race are run again.
final class PostgresDatabase implements Database {
  private static final int CONNECTIONS = 10;

  private final Clock clock;
  private final String url;
  private final HikariDataSource source = new HikariDataSource();
  private final Jdbi jdbi;
  private final Changes changes = new Changes();

  PostgresDatabase(String url, Clock clock) {
    this.clock = clock;
    this.url = url;
    source.setJdbcUrl(url);
    source.setMaximumPoolSize(CONNECTIONS);
    jdbi = Jdbi.create(source);
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    while (true) {
      try (var handle = jdbi.open()) {
        var tx = new Tx(handle, clock);
        T result =
            handle.inTransaction(
                TransactionIsolationLevel.SERIALIZABLE,
                _ -> {
                  T value = work.apply(tx);
                  tx.finish();
                  return value;
                });
        tx.committed(changes);
        return result;
      } catch (RuntimeException e) {
        if (!lostRace(e)) {
          throw e;
        }
      }
    }
  }

  /// Whether the server asks to run the transaction again: serialization failure or deadlock.
  private static boolean lostRace(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        var state = sql.getSQLState();
        return "40001".equals(state) || "40P01".equals(state);
      }
    }
    return false;
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    try (var handle = jdbi.open()) {
      return handle.inTransaction(
          TransactionIsolationLevel.REPEATABLE_READ, h -> work.apply(new Tx(h, clock)));
    }
  }

  @Override
  public void migrate(String module) {
    Migrations.run(url, module, "postgres");
  }

  @Override
  public Changes changes() {
    return changes;
  }

  @Override
  public void close() {
    source.close();
  }
}
