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
  private final Instant now;
  private final String id = Ids.random();
  private final List<Runnable> beforeCommit = new ArrayList<>();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private boolean structural;

  Tx(Handle handle, Clock clock) {
    this.handle = handle;
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

  /// The id of every commit that this transaction makes.
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

  void finish() {
    for (int i = 0; i < beforeCommit.size(); i++) {
      beforeCommit.get(i).run();
    }
    if (structural) {
      handle.execute("update metadata_changes set number = number + 1 where id = 1");
    }
  }

  void committed(Changes changes) {
    if (structural) {
      changes.signal();
    }
    afterCommit.forEach(Runnable::run);
  }
}
