package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import dev.trunkline.base.Scope;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Duties;
import dev.trunkline.storage.Upload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Runs the datums of one job on a few workers, and makes what is done durable every so often: a
/// datum in a checkpoint is not run again, whatever happens.
///
/// 1. Each worker takes datums one by one from a common stream and holds a place of the machine.
/// 2. What they finish gathers here, up to a fixed number of datums, bytes or milliseconds.
/// 3. A checkpoint seals it and makes it visible in one transaction of the duty.
final class DatumPool {
  private static final int CHECKPOINT_DATUMS = 256;
  private static final long CHECKPOINT_BYTES = 16 << 20;
  private static final Duration CHECKPOINT_TIME = Duration.ofMillis(500);

  private final Scheduler scheduler;
  private final JobInfo job;
  private final JobContext context;
  private final Duties.Duty duty;
  private final JobLog log = new JobLog();
  private final TreeMap<Bytes, Optional<Item>> fresh = new TreeMap<>();
  private final List<PoolFeed> feeds = new ArrayList<>();
  private final List<Workers.Hired> working = new ArrayList<>();
  private final Slots.Claim claim;
  private Iterator<Item> todo = java.util.Collections.emptyIterator();
  private Root results;
  private JobInfo.Counts counts;
  private String failure;
  private long lastCheckpoint;
  private boolean ended;
  private boolean killed;
  private int placed;
  private Wait told;

  /// Whether no worker is to begin another datum.
  private volatile boolean drained;

  /// Takes up what an earlier run of this job has made durable.
  DatumPool(Scheduler scheduler, JobInfo job, JobContext context, Duties.Duty duty) {
    this.scheduler = scheduler;
    this.job = job;
    this.context = context;
    this.duty = duty;
    results = scheduler.versions().read(tx -> RunRows.checkpoint(tx, job.key())).orElse(Root.EMPTY);
    counts = job.counts();
    failure = job.failure();
    int most = Math.max(1, context.pipeline().spec().parallelism());
    claim = new Slots.Claim(job.pipelineKey(), job.key(), most);
    told = new Wait(Wait.RUN.key(), job.waiting());
  }

  /// Runs all of `items`; false where the job was ended meanwhile.
  boolean run(Iterator<Item> items) {
    todo = pending(items);
    if (todo.hasNext()) {
      ended = false;
      drained = false;
      lastCheckpoint = scheduler.clock().nanos();
      scheduler.enter(this);
      try (var scope = Scope.open("checkpoint")) {
        scope.run(this::actAsTimePasses);
        context.deadline(job).ifPresent(at -> scope.run(() -> watch(at)));
        runAll();
        scope.join();
      } finally {
        scheduler.leave(this);
        if (isKilled()) {
          keep(log.drain());
        }
      }
      checkpoint(true);
    }
    return !killed;
  }

  /// What was said before the work was ended is what tells why: no checkpoint takes it any more.
  private void keep(List<LogLine> lines) {
    if (!lines.isEmpty()) {
      scheduler.keep(duty, job, lines);
    }
  }

  JobInfo job() {
    return job;
  }

  /// Without those that are done already.
  private Iterator<Item> pending(Iterator<Item> items) {
    var keys = scheduler.storage().trees().keys();
    return new Iterator<>() {
      private @Nullable Item next = advance();

      private @Nullable Item advance() {
        while (items.hasNext()) {
          var item = items.next();
          var done = keys.get(results, item.key()).map(DatumResult::of);
          if (done.filter(d -> d.content().equals(item.content())).isEmpty()) {
            return item;
          }
        }
        return null;
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public Item next() {
        var item = dev.trunkline.base.Check.present(next, "there is another datum");
        next = advance();
        return item;
      }
    };
  }

  private void runAll() {
    try (var scope = Scope.open("datum")) {
      for (int i = 0; i < claim.most(); i++) {
        scope.run(this::work);
      }
      scope.join();
    } catch (RuntimeException | Error e) {
      kill();
      if (!(e instanceof java.util.concurrent.CancellationException)) {
        throw e;
      }
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  private void work() {
    var feed = new PoolFeed(this, scheduler);
    synchronized (this) {
      feeds.add(feed);
    }
    Workers.@Nullable Hired hired = null;
    try {
      while (more() && scheduler.slots().take(claim, () -> !drained)) {
        count(1);
        try {
          if (more()) {
            if (hired == null) {
              hired = hire();
              noteStart();
            }
            feed.begin(hired);
            hired.worker().work(feed);
          }
        } finally {
          count(-1);
          scheduler.slots().release(claim.pipeline());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!isKilled()) {
        throw e;
      }
    } finally {
      scheduler.running().end(feed);
      if (hired != null) {
        dismiss(hired);
      }
    }
  }

  private Workers.Hired hire() {
    var hired = scheduler.workers().hire(job, context.pipeline().spec().program());
    synchronized (this) {
      working.add(hired);
    }
    return hired;
  }

  /// A pipeline whose workers could not be started is well again once one is.
  private void noteStart() {
    if (context.pipeline().state() == PipelineInfo.State.CRASHING) {
      scheduler.recover(duty, job);
    }
  }

  /// Whoever kills the pool ends the workers that it finds: one that rests must not be among them.
  private void dismiss(Workers.Hired hired) {
    boolean doomed;
    synchronized (this) {
      working.remove(hired);
      doomed = killed;
    }
    if (doomed) {
      scheduler.workers().end(hired);
    } else {
      scheduler.workers().rest(hired);
    }
  }

  private synchronized void count(int more) {
    placed += more;
  }

  private synchronized boolean more() {
    return !killed && todo.hasNext();
  }

  /// Lets the workers go that wait for a place.
  private void drain() {
    drained = true;
    scheduler.slots().recheck();
  }

  private synchronized boolean isKilled() {
    return killed;
  }

  /// The next datum, unless the place that it would run in is owed to somebody else.
  synchronized Optional<Item> next(boolean first) {
    boolean go = more() && (first || !scheduler.slots().owes(claim));
    var item = go ? Optional.of(todo.next()) : Optional.<Item>empty();
    if (!more()) {
      drain();
    }
    return item;
  }

  DatumTask task(Item item) {
    return context.task(scheduler.storage().trees(), job, item);
  }

  /// Ends everything that runs; what is not in a checkpoint is lost.
  void kill() {
    List<Workers.Hired> doomed;
    synchronized (this) {
      killed = true;
      doomed = List.copyOf(working);
      drain();
      notifyAll();
    }
    doomed.forEach(hired -> hired.worker().close());
  }

  /// A long datum must not keep those that are done from becoming durable, and a job that waits for
  /// a place of the machine says so.
  private void actAsTimePasses() {
    try {
      actUntilTheEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      kill();
      throw e;
    }
  }

  private synchronized void actUntilTheEnd() throws InterruptedException {
    while (!ended) {
      wait(CHECKPOINT_TIME.toMillis());
      checkpoint(false);
      tell();
    }
  }

  /// Says whether the job waits for a place, where it said something else before.
  private void tell() {
    var now = placed > 0 || drained ? Wait.RUN : Wait.SLOT;
    if (!now.equals(told)) {
      scheduler.step(duty, job, new JobLife.Event.Awaits(now));
      told = now;
    }
  }

  /// Ends the run when it takes longer than it may.
  private void watch(Instant deadline) {
    try {
      if (!overBefore(deadline)) {
        scheduler.step(duty, job, new JobLife.Event.TimedOut());
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean overBefore(Instant deadline) throws InterruptedException {
    while (!ended && !killed) {
      var left = Duration.between(scheduler.clock().now(), deadline);
      if (!left.isPositive()) {
        return false;
      }
      wait(Math.min(left.toMillis() + 1, Changes.LONGEST.toMillis()));
    }
    return true;
  }

  /// Takes a line; a job that says more than fits is held up until that is durable.
  void log(LogLine line) {
    if (log.add(line)) {
      checkpoint(true);
    }
  }

  /// The result of a datum, with what is to be kept about it.
  DatumResult result(Item item, DatumTask task, DatumOutcome outcome, Appender appender) {
    var trees = scheduler.storage().trees();
    var salted = context.salted(trees, job, item);
    var json = new MetaJson(context, job).of(salted, task, outcome);
    return new DatumResult(
        Hash.of(item.key().array()),
        item.content(),
        salted,
        outcome.state(),
        outcome.reason(),
        context.made(job),
        outcome.cost(),
        outcome.output(),
        new MetaFiles(trees, appender).of(task, outcome, json),
        item.value(),
        item.refs());
  }

  synchronized void done(DatumResult result) {
    if (killed) {
      return;
    }
    var item = result.item();
    fresh.put(item.key(), Optional.of(item));
    counts = counts.plus(result);
    if (result.state() == DatumOutcome.State.FAILED && failure.isEmpty()) {
      failure = "datum " + result.id().hex() + " failed";
    }
    checkpoint(false);
  }

  /// Makes durable what is done, where enough of it has gathered or `now` says so.
  private synchronized void checkpoint(boolean now) {
    boolean due =
        now
            || fresh.size() >= CHECKPOINT_DATUMS
            || scheduler.clock().since(lastCheckpoint).compareTo(CHECKPOINT_TIME) >= 0
            || feeds.stream().mapToLong(PoolFeed::bytes).sum() >= CHECKPOINT_BYTES;
    if (!due || killed || (fresh.isEmpty() && log.isEmpty())) {
      return;
    }
    var uploads = new ArrayList<>(feeds.stream().map(PoolFeed::swap).toList());
    try {
      var upload = scheduler.storage().upload();
      uploads.add(upload);
      var all = scheduler.storage().trees().keys().apply(results, fresh, upload);
      uploads.forEach(Upload::seal);
      killed = !publish(uploads, all);
      results = all;
    } catch (RuntimeException | Error e) {
      killed = true;
      throw e;
    } finally {
      uploads.forEach(Upload::close);
    }
    fresh.clear();
    lastCheckpoint = scheduler.clock().nanos();
  }

  private boolean publish(List<Upload> uploads, Root all) {
    var lines = log.drain();
    boolean live =
        scheduler.write(
            duty,
            job,
            change -> {
              uploads.forEach(upload -> upload.publish(change.tx()));
              if (!fresh.isEmpty()) {
                RunRows.addCheckpoint(change.tx(), job, all);
              }
              if (!lines.isEmpty()) {
                LogRows.add(change.tx(), job, lines);
              }
              JobRows.setCounts(change.tx(), job.key(), counts, failure);
            });
    if (!live) {
      keep(lines);
    }
    return live;
  }

  /// What has run in this job, this run of the engine or an earlier one.
  Root results() {
    return results;
  }

  /// The first failure in words; empty where nothing failed.
  String failure() {
    return failure;
  }

  /// What that took.
  JobInfo.Counts counts() {
    return counts;
  }
}
