package dev.trunkline.storage;

import dev.trunkline.base.Scope;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.metadata.Tx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sign of life of a process that writes, and the end of the right of others to write that give
/// none any more.
///
/// Whoever holds the duty fences them, by the clock of the database, and takes their pins: nobody
/// else would, and what a dead process pinned could never be collected.
final class Sessions implements AutoCloseable {
  /// Six signs of life that did not come.
  static final Duration SILENCE = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final String DUTY = "storage/sessions";

  private final Database database;
  private final long session;
  private final Duties duties;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Scope background = Scope.open("storage-session");

  Sessions(Database database, long session) {
    this.database = database;
    this.session = session;
    this.duties = new Duties(database, LEASE);
  }

  /// Takes from a session, dead or alive, the right to publish, and from its streams their pins.
  static boolean fence(Tx tx, long session) {
    StorageRows.fence(tx, session);
    return StorageRows.unpinFenced(tx) > 0;
  }

  /// Fences every other session, silent or not.
  void fenceOthers() {
    database.<Object>write(tx -> {
      StorageRows.fenceSilent(tx, session, Long.MAX_VALUE);
      return StorageRows.unpinFenced(tx);
    });
  }

  /// Fences the other sessions that gave no sign of life for `silence`, where this process may.
  ///
  /// @return which
  List<Long> fenceSilent(Duration silence) {
    long micros = TimeUnit.NANOSECONDS.toMicros(silence.toNanos());
    if (!database.read(tx -> StorageRows.isAnySilent(tx, session, tx.databaseMicros() - micros))) {
      return List.of();
    }
    return duties
        .claim(DUTY)
        .map(duty ->
            database.write(tx -> {
              Duties.guard(tx, duty);
              var silent = StorageRows.fenceSilent(tx, session, tx.databaseMicros() - micros);
              StorageRows.unpinFenced(tx);
              return silent;
            }))
        .orElse(List.of());
  }

  /// Begins to give a sign of life every `pause`.
  void start(Duration pause) {
    background.run(() -> beatForever(pause));
  }

  private void beatForever(Duration pause) {
    try {
      do {
        beat();
      } while (!closing.await(pause.toNanos(), TimeUnit.NANOSECONDS));
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
      for (long silent : fenceSilent(SILENCE)) {
        LOG.info("session {} gave no sign of life and was fenced", silent);
      }
    } catch (RuntimeException e) {
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
