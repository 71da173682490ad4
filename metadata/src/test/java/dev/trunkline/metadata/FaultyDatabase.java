package dev.trunkline.metadata;

import dev.trunkline.base.Failure;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Cuts the world at a chosen commit: it is rolled back, or done but not acknowledged, and every
/// later call fails, as if the process had died.
public final class FaultyDatabase implements Database {
  private final Database database;
  private final long cutAt;
  private final boolean after;
  private final AtomicLong commits = new AtomicLong();

  /// Lets `cutAt` commits through to `database`, all of them where it is negative; `after` makes
  /// the one that is cut durable.
  public FaultyDatabase(Database database, long cutAt, boolean after) {
    this.database = database;
    this.cutAt = cutAt;
    this.after = after;
  }

  /// How many commits have been asked for.
  public long commits() {
    return commits.get();
  }

  private static Failure cut() {
    return new Failure(Failure.Kind.UNAVAILABLE, "the world was cut at a commit");
  }

  private void check() {
    if (cutAt >= 0 && commits.get() > cutAt) {
      throw cut();
    }
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    check();
    boolean last = commits.getAndIncrement() == cutAt;
    return database.write(tx -> {
      T value = work.apply(tx);
      if (last && after) {
        tx.afterCommit(() -> {
          throw cut();
        });
      } else if (last) {
        throw cut();
      }
      return value;
    });
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    check();
    return database.read(work);
  }

  @Override
  public void migrate(String module) {
    database.migrate(module);
  }

  @Override
  public Changes changes() {
    return database.changes();
  }

  /// Leaves the database open: the next process is to look at it.
  @Override
  public void close() {}
}
