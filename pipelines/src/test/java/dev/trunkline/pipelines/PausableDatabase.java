package dev.trunkline.pipelines;

import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Tx;
import java.util.function.Function;

/// A database as a process sees it that is stopped for a while: what it would write waits.
final class PausableDatabase implements Database {
  private final Database database;
  private boolean paused;
  private int held;

  PausableDatabase(Database database) {
    this.database = database;
  }

  synchronized void pause() {
    paused = true;
  }

  synchronized void resume() {
    paused = false;
    notifyAll();
  }

  /// How many transactions wait for the process to go on.
  synchronized int held() {
    return held;
  }

  private synchronized void awaitResumed() {
    held++;
    try {
      while (paused) {
        wait();
      }
      held--;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public <T> T write(Function<Tx, T> work) {
    awaitResumed();
    return database.write(work);
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
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

  @Override
  public void close() {
    database.close();
  }
}
