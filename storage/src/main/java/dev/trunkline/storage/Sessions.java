package dev.trunkline.storage;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Tx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sign of life of a process that writes, and the end of its right to.
final class Sessions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private final Database database;
  private final long session;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Scope background = Scope.open("storage-session");

  Sessions(Database database, long session) {
    this.database = database;
    this.session = session;
  }

  /// Takes from a session, dead or alive, the right to publish, and from its streams their pins.
  static boolean fence(Tx tx, long session) {
    StorageRows.fence(tx, session);
    return StorageRows.unpinAll(tx, session) > 0;
  }

  /// Begins to give a sign of life every `pause`.
  void start(Duration pause) {
    background.run(() -> beatForever(pause));
  }

  private void beatForever(Duration pause) {
    try {
      while (!closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        beat();
      }
    } catch (InterruptedException _) {
      // The store is being closed.
    }
  }

  private void beat() {
    try {
      database.<Object>write(tx -> {
        StorageRows.lockSession(tx, session);
        return true;
      });
    } catch (Failure e) {
      LOG.error("session {} could not give a sign of life", session, e);
    }
  }

  /// Ends the session: nothing is published in it any more.
  @Override
  public void close() {
    closing.countDown();
    background.close();
    database.<Object>write(tx -> fence(tx, session));
  }
}
