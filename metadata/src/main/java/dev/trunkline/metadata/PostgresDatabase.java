package dev.trunkline.metadata;

import com.zaxxer.hikari.HikariDataSource;
import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Ids;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/// PostgreSQL behind a pool of connections; transactions that lost a race are run again.
final class PostgresDatabase implements Database {
  private static final int CONNECTIONS = 10;

  /// How often a transaction is tried before its caller is told to come back.
  private static final int ATTEMPTS = 40;

  private static final long LONGEST_PAUSE_MICROS = 200_000;

  private final Clock clock;
  private final String url;
  private final String place;
  private final String self = Ids.random();
  private final HikariDataSource source = new HikariDataSource();
  private final Jdbi jdbi;
  private final Changes changes = new Changes();
  private final Listener listener;

  /// Losers of this process queue here, so that they lose to other processes only.
  private final ReentrantLock losers = new ReentrantLock(true);

  PostgresDatabase(String url, Clock clock) {
    this.clock = clock;
    this.url = url;
    int secret = url.indexOf('?');
    place = "database " + (secret < 0 ? url : url.substring(0, secret));
    source.setJdbcUrl(url);
    source.setMaximumPoolSize(CONNECTIONS);
    jdbi = Placeholders.in(Jdbi.create(source));
    listener = new Listener(url, self, changes);
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    return untilWon(work).report(changes);
  }

  private <T> Tx.Done<T> untilWon(Function<Tx, T> work) {
    try {
      return transact(work);
    } catch (RuntimeException e) {
      if (!lostRace(e)) {
        throw failure(e);
      }
    }
    losers.lock();
    try {
      return again(work);
    } finally {
      losers.unlock();
    }
  }

  private <T> Tx.Done<T> again(Function<Tx, T> work) {
    for (int attempt = 2; ; attempt++) {
      try {
        return transact(work);
      } catch (RuntimeException e) {
        if (!lostRace(e)) {
          throw failure(e);
        }
        if (attempt == ATTEMPTS) {
          throw new Failure(
              Failure.Kind.UNAVAILABLE,
              place + " is too busy, a transaction lost " + ATTEMPTS + " races: try again",
              e);
        }
        pause(attempt);
      }
    }
  }

  private RuntimeException failure(RuntimeException error) {
    return source.isClosed()
        ? new Failure(Failure.Kind.UNAVAILABLE, place + " is closed: start the server again", error)
        : DatabaseFailure.of(place, error);
  }

  private static void pause(int attempt) {
    long most = Math.min(LONGEST_PAUSE_MICROS, 1000L << Math.min(attempt, 16));
    try {
      TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted between two tries of a transaction");
    }
  }

  private <T> Tx.Done<T> transact(Function<Tx, T> work) {
    try (var handle = jdbi.open()) {
      var tx = new Tx(handle, Dialect.POSTGRES, clock, listener);
      return handle.inTransaction(
          TransactionIsolationLevel.SERIALIZABLE,
          _ -> {
            T value = work.apply(tx);
            tx.finish(self);
            return new Tx.Done<>(tx, value);
          });
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
          TransactionIsolationLevel.REPEATABLE_READ,
          h -> work.apply(new Tx(h, Dialect.POSTGRES, clock, listener)));
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  @Override
  public void migrate(String module) {
    Migrations.run(this, url, module, Dialect.POSTGRES);
  }

  @Override
  public Changes changes() {
    return changes;
  }

  @Override
  public void close() {
    listener.close();
    source.close();
  }
}
