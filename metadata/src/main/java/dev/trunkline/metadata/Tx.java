package dev.trunkline.metadata;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// A transaction: its connection, its one timestamp and its one id.
public final class Tx {
  private final Handle handle;
  private final Dialect dialect;
  private final Clock clock;
  private final Presence presence;
  private final Instant now;
  private final String id = Ids.random();
  private final List<Runnable> beforeCommit = new ArrayList<>();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private boolean structural;

  Tx(Handle handle, Dialect dialect, Clock clock, Presence presence) {
    this.presence = presence;
    this.handle = handle;
    this.dialect = dialect;
    this.clock = clock;
    this.now = clock.now();
  }

  /// The connection, for the classes that hold SQL.
  public Handle handle() {
    return handle;
  }

  /// The time that everything in this transaction happened at.
  public Instant now() {
    return now;
  }

  /// [#now] in microseconds since the epoch.
  public long micros() {
    return Clock.toMicros(now);
  }

  /// Microseconds since the epoch by the one clock that every process on this database shares: what
  /// leases and expiry are compared with.
  public long databaseMicros() {
    return dialect.micros(handle, clock);
  }

  /// The process that runs this transaction, as others see it; 0 where they cannot.
  long process() {
    return presence.process();
  }

  /// The SQL condition that the process in `column` is known to be dead.
  String isDead(String column) {
    return dialect.isDead(column);
  }

  /// The id that the rows of this transaction carry. Where it is structural,
  /// `metadata_transactions` has its change number once it is committed: rows joined with that
  /// table on the id are in commit order. The transaction itself does not see its number yet.
  public String id() {
    return id;
  }

  /// Says that this transaction changes what others may wait for.
  public void structural() {
    structural = true;
  }

  /// Runs `work` as the last thing inside the transaction.
  public void beforeCommit(Runnable work) {
    beforeCommit.add(work);
  }

  /// Runs `work` once the transaction is durable; not at all where it is rolled back.
  public void afterCommit(Runnable work) {
    afterCommit.add(work);
  }

  /// Ends the work of the transaction; `sender` is told of in the notification of others.
  void finish(String sender) {
    for (int i = 0; i < beforeCommit.size(); i++) {
      beforeCommit.get(i).run();
    }
    if (structural) {
      dialect.notifyOthers(handle, sender);
      ChangeRows.number(handle, id);
    }
  }

  private void committed(Changes changes) {
    if (structural) {
      changes.signal();
    }
    afterCommit.forEach(Runnable::run);
  }

  /// A transaction that is durable, with the value of its work. To report it is for the thread that
  /// asked for it, which may begin other transactions meanwhile.
  record Done<T>(Tx tx, T value) {
    T report(Changes changes) {
      tx.committed(changes);
      return value;
    }
  }
}
