package dev.trunkline.metadata;

import dev.trunkline.base.Check;
import dev.trunkline.base.Clock;
import dev.trunkline.base.Pool;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// SQLite in WAL mode, synced at every commit: one connection writes, a few read. Calls run on
/// platform threads of their own, for they pin the thread that makes them.
final class SqliteDatabase implements Database {
  private static final int READERS = 4;
  private static final String SELF = "";

  private final Clock clock;
  private final String url;
  private final String place;
  private final Changes changes = new Changes();
  private final Pool writing = Pool.of("sqlite-write", 1);
  private final Pool reading = Pool.of("sqlite-read", READERS);
  private final Handle writer;
  private final BlockingQueue<Handle> readers = new ArrayBlockingQueue<>(READERS);
  private volatile @Nullable Thread writingThread;

  SqliteDatabase(Path file, Clock clock) {
    this.clock = clock;
    this.url = "jdbc:sqlite:" + file;
    this.place = "database " + file;
    try {
      writer = jdbi("IMMEDIATE").open();
      var jdbi = jdbi("DEFERRED");
      for (int i = 0; i < READERS; i++) {
        readers.add(jdbi.open());
      }
    } catch (RuntimeException e) {
      throw DatabaseFailure.of(place, e);
    }
  }

  private Jdbi jdbi(String mode) {
    var options = new Properties();
    options.setProperty("journal_mode", "WAL");
    options.setProperty("synchronous", "FULL");
    options.setProperty("busy_timeout", "10000");
    options.setProperty("foreign_keys", "true");
    options.setProperty("transaction_mode", mode);
    return Placeholders.in(Jdbi.create(url, options));
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    Check.that(
        Thread.currentThread() != writingThread, "a transaction does not begin inside another");
    Tx.Done<T> done;
    try {
      done = writing.call(() -> transact(work));
    } catch (RuntimeException e) {
      throw DatabaseFailure.of(place, e);
    }
    return done.report(changes);
  }

  private <T> Tx.Done<T> transact(Function<Tx, T> work) {
    writingThread = Thread.currentThread();
    var tx = new Tx(writer, Dialect.SQLITE, clock, Presence.UNSEEN);
    return writer.inTransaction(_ -> {
      T value = work.apply(tx);
      tx.finish(SELF);
      return new Tx.Done<>(tx, value);
    });
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    try {
      return reading.call(() -> {
        var handle = readers.take();
        try {
          return handle.inTransaction(
              h -> work.apply(new Tx(h, Dialect.SQLITE, clock, Presence.UNSEEN)));
        } finally {
          readers.add(handle);
        }
      });
    } catch (RuntimeException e) {
      throw DatabaseFailure.of(place, e);
    }
  }

  @Override
  public void migrate(String module) {
    Migrations.run(this, url, module, Dialect.SQLITE);
  }

  @Override
  public Changes changes() {
    return changes;
  }

  @Override
  public void close() {
    writing.close();
    reading.close();
    writer.close();
    readers.forEach(Handle::close);
  }
}
