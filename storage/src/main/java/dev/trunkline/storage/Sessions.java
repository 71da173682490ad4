package dev.trunkline.storage;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.metadata.Tx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
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
  private final Storage storage;
  private final Duties duties;
  private final Clock clock = Clock.system();
  private final Semaphore due = new Semaphore(0);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Scope background = Scope.open("storage-session");
  private volatile boolean started;
  private volatile boolean fenced;
  private volatile long lastSign;

  Sessions(Database database, Storage storage) {
    this.database = database;
    this.storage = storage;
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
      StorageRows.fenceSilent(tx, storage.session(), Long.MAX_VALUE);
      return StorageRows.unpinFenced(tx);
    });
  }

  /// Fences the other sessions that gave no sign of life for `silence`, where this process may.
  ///
  /// @return which
  List<Long> fenceSilent(Duration silence) {
    long micros = TimeUnit.NANOSECONDS.toMicros(silence.toNanos());
    long session = storage.session();
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
    lastSign = clock.nanos();
    started = true;
    background.run(() -> beatForever(pause));
  }

  /// Whether the session was not fenced, as far as is known: one that gave no sign for so long that
  /// others may fence it counts as if they had.
  boolean isAlive() {
    return !fenced && !(started && clock.since(lastSign).compareTo(SILENCE) >= 0);
  }

  /// Says that the session was fenced: the next sign of life, which comes at once, is that of
  /// another.
  void fenced() {
    fenced = true;
    due.release();
  }

  private void beatForever(Duration pause) {
    try {
      while (closing.getCount() > 0) {
        beat();
        var _ = due.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
        due.drainPermits();
      }
    } catch (InterruptedException _) {
      // The store is being closed.
    }
  }

  /// Gives a sign of life, begins another session where this one was fenced, and fences others.
  void beat() {
    long session = storage.session();
    try {
      if (!sign(session)) {
        storage.renew();
        LOG.warn(
            "session {} was fenced for its silence, session {} takes its place",
            session,
            storage.session());
      }
      fenced = false;
      lastSign = clock.nanos();
      for (long silent : fenceSilent(SILENCE)) {
        LOG.info("session {} gave no sign of life and was fenced", silent);
      }
    } catch (RuntimeException e) {
      LOG.error("session {} could not give a sign of life", session, e);
    }
  }

  /// Gives a sign of life; false where the session was fenced.
  private boolean sign(long session) {
    try {
      database.<Object>write(tx -> {
        StorageRows.lockSession(tx, session);
        return true;
      });
      return true;
    } catch (Failure e) {
      if (e.kind() == Failure.Kind.FENCED) {
        return false;
      }
      throw e;
    }
  }

  /// Ends the session: nothing is published in it any more.
  @Override
  public void close() {
    closing.countDown();
    due.release();
    background.close();
    database.<Object>write(tx -> fence(tx, storage.session()));
  }
}
