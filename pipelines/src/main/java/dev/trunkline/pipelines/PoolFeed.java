package dev.trunkline.pipelines;

import dev.trunkline.base.Check;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Item;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Ref;
import dev.trunkline.datum.DatumFeed;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.storage.Upload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What one worker of a pool is fed with, and where its outputs go: into an upload that checkpoints
/// replace, between two records or between two datums.
final class PoolFeed implements DatumFeed, Appender {
  private final DatumPool pool;
  private final Scheduler scheduler;
  private final Map<String, Item> taken = new ConcurrentHashMap<>();
  private Workers.@Nullable Hired at;
  private Upload upload;
  private long bytes;
  private boolean first = true;

  PoolFeed(DatumPool pool, Scheduler scheduler) {
    this.pool = pool;
    this.scheduler = scheduler;
    this.upload = scheduler.storage().upload();
  }

  /// Says that `at` has a place of the machine and may use it for one datum at least.
  synchronized void begin(Workers.Hired at) {
    this.at = at;
    first = true;
  }

  private synchronized Workers.Hired worker() {
    return Check.present(at, "a feed begins before its datums");
  }

  @Override
  public void started(DatumTask task) {
    var now = worker();
    var running =
        new RunningDatums.Running(
            pool.job().key(), now.name(), task.id(), data(task), scheduler.clock().now());
    scheduler.running().begin(this, running, () -> now.worker().kill(task.id()));
  }

  private static List<LogLine.File> data(DatumTask task) {
    return task.inputs().stream()
        .limit(LogLine.MOST_FILES)
        .map(file -> new LogLine.File(file.entry().shown(), file.entry().hash()))
        .toList();
  }

  @Override
  public Optional<DatumTask> next() {
    boolean begins;
    synchronized (this) {
      begins = first;
      first = false;
    }
    return pool.next(begins)
        .map(item -> {
          var task = pool.task(item);
          taken.put(task.id(), item);
          return task;
        });
  }

  @Override
  public Appender output(DatumTask task) {
    return this;
  }

  @Override
  public synchronized Ref append(RecordKind kind, Hash hash, byte[] record) {
    bytes += record.length;
    return upload.append(kind, hash, record);
  }

  synchronized long bytes() {
    return bytes;
  }

  /// What was written so far; what comes next goes elsewhere.
  synchronized Upload swap() {
    var written = upload;
    upload = scheduler.storage().upload();
    bytes = 0;
    return written;
  }

  @Override
  public void log(DatumTask task, boolean user, String text) {
    var origin = new LogLine.Origin(worker().name(), user, false);
    pool.log(new LogLine(scheduler.clock().now(), origin, task.id(), data(task), text));
  }

  @Override
  public void done(DatumTask task, DatumOutcome outcome) {
    scheduler.running().end(this);
    var item = Check.present(taken.remove(task.id()), "a datum that ends was taken");
    pool.done(pool.result(item, task, outcome, this));
  }
}
