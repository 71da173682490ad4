package dev.trunkline.pipelines;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.Versions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings jobs forward: of each pipeline the oldest, as many as it has workers, pipelines side by
/// side. A duty: one process at a time does it, and every write of a job depends on it.
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final String DUTY = "pipelines/jobs";
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final Database database;
  private final Versions versions;
  private final Storage storage;
  private final Runner runner;
  private final RunningDatums running;
  private final Clock clock;
  private final Duties duties;
  private final Slots slots;
  private final Workers workers;
  private final Set<Long> busy = ConcurrentHashMap.newKeySet();
  private final Set<Long> missed = ConcurrentHashMap.newKeySet();
  private final Set<DatumPool> pools = ConcurrentHashMap.newKeySet();
  private final Map<Long, Instant> alarms = new ConcurrentHashMap<>();
  private final Scope background = Scope.open("scheduler");
  private boolean begun;
  private volatile boolean closed;

  /// Schedules the jobs of `pipelines` on `runner`; [#start] begins.
  public Scheduler(
      Database database, Pipelines pipelines, Storage storage, Runner runner, Clock clock) {
    this.database = database;
    this.versions = pipelines.versions();
    this.running = pipelines.jobs().running();
    this.storage = storage;
    this.runner = runner;
    this.clock = clock;
    this.duties = new Duties(database, LEASE);
    this.slots = new Slots(runner.slots());
    this.workers = new Workers(versions, runner, clock);
  }

  /// Begins to bring jobs forward.
  public void start() {
    background.run(this::schedule);
    background.run(workers::watch);
  }

  private void schedule() {
    while (!Thread.currentThread().isInterrupted()) {
      long seen = database.changes().version();
      try {
        duties.claim(DUTY).ifPresent(this::step);
        database.changes().await(seen, untilAlarm());
      } catch (InterruptedException | CancellationException _) {
        return;
      } catch (RuntimeException e) {
        LOG.error("scheduling failed, will try again", e);
      }
    }
  }

  /// How long until a job that waits has waited long enough.
  private Duration untilAlarm() {
    return alarms.values().stream()
        .min(Comparator.naturalOrder())
        .map(at -> Duration.between(clock.now(), at))
        .filter(left -> left.compareTo(Changes.LONGEST) < 0)
        .orElse(Changes.LONGEST);
  }

  private void step(Duties.Duty duty) {
    boolean first = !begun;
    for (var pipeline : versions.read(tx -> PipelineRows.unsettled(tx, first))) {
      settle(duty, pipeline);
    }
    begun = true;
    for (var job : versions.read(JobRows::runnable)) {
      missed.add(job.key());
      if (busy.add(job.key())) {
        missed.remove(job.key());
        alarms.remove(job.key());
        Scope.detached("job", () -> drive(job, duty));
      }
    }
  }

  /// Gives a pipeline the state that its spec, its surroundings and its jobs let it have.
  private void settle(Duties.Duty duty, PipelineInfo seen) {
    var objection = runner.objection(seen.spec().image());
    versions.change(change -> {
      Duties.guard(change.tx(), duty);
      var now = PipelineRows.find(change.tx(), seen.key(), seen.version());
      if (now.isEmpty() || now.get().state() != seen.state()) {
        return false;
      }
      var fault = seen.spec().fault();
      boolean busy = JobRows.anyUnfinished(change.tx(), seen.key());
      var state =
          !fault.isEmpty()
              ? PipelineInfo.State.FAILURE
              : !objection.isEmpty()
                  ? PipelineInfo.State.CRASHING
                  : seen.spec().autoscaling() && !busy
                      ? PipelineInfo.State.STANDBY
                      : PipelineInfo.State.RUNNING;
      PipelineRows.setState(change.tx(), seen.key(), state, fault.isEmpty() ? objection : fault);
      return true;
    });
  }

  private void drive(JobInfo job, Duties.Duty duty) {
    boolean moved = false;
    try {
      moved = new JobRun(this, job, duty).forward();
    } catch (Failure e) {
      troubled(job, duty, e);
    } catch (RuntimeException | Error e) {
      if (!closed) {
        LOG.error("job {}@{} met an error, will try again", job.pipeline(), job.id(), e);
      }
    } finally {
      leave(job);
      if (missed.remove(job.key()) || moved) {
        wake();
      }
    }
  }

  /// A pipeline whose workers cannot be started says so, and is tried again when something changes.
  private void troubled(JobInfo job, Duties.Duty duty, Failure failure) {
    switch (failure.kind()) {
      case DENIED -> crash(duty, job, String.valueOf(failure.getMessage()));
      case FENCED -> LOG.info("job {}@{} is run by another server now", job.pipeline(), job.id());
      case UNAVAILABLE, CORRUPT, FULL, TIMEOUT ->
          LOG.error("job {}@{} met a failure, will try again", job.pipeline(), job.id(), failure);
    }
  }

  /// Marks a running pipeline as one that cannot go on; one that is marked already is left alone.
  void crash(Duties.Duty duty, JobInfo job, String reason) {
    var now = versions.read(tx -> PipelineRows.find(tx, job.pipeline()));
    if (now.isPresent() && now.get().state() == PipelineInfo.State.RUNNING) {
      write(
          duty,
          job,
          change ->
              PipelineRows.setState(
                  change.tx(), job.pipelineKey(), PipelineInfo.State.CRASHING, reason));
    }
  }

  /// Changes a job in a transaction of the duty; false where it was ended meanwhile.
  boolean write(Duties.Duty duty, JobInfo job, Consumer<Change> work) {
    return versions.change(change -> {
      Duties.guard(change.tx(), duty);
      var now = JobRows.find(change.tx(), job.key());
      boolean live = now.isPresent() && !now.get().state().isTerminal();
      if (live) {
        work.accept(change);
      }
      return live;
    });
  }

  /// Lets an event happen to a job in a transaction of the duty.
  boolean step(Duties.Duty duty, JobInfo job, JobLife.Event event) {
    return versions.change(change -> {
      Duties.guard(change.tx(), duty);
      return JobSteps.step(change, job, event);
    });
  }

  /// Looks again at all jobs.
  void wake() {
    database.changes().signal();
  }

  /// Looks again at a job at some time, whatever happens until then.
  void wakeAt(JobInfo job, Instant at) {
    alarms.put(job.key(), at);
  }

  private synchronized void leave(JobInfo job) {
    busy.remove(job.key());
    notifyAll();
  }

  void enter(DatumPool pool) {
    pools.add(pool);
    if (closed) {
      pool.kill();
    }
  }

  void leave(DatumPool pool) {
    pools.remove(pool);
  }

  Versions versions() {
    return versions;
  }

  Storage storage() {
    return storage;
  }

  Runner runner() {
    return runner;
  }

  RunningDatums running() {
    return running;
  }

  Clock clock() {
    return clock;
  }

  Workers workers() {
    return workers;
  }

  Slots slots() {
    return slots;
  }

  /// Ends what runs; the next server takes it up from the last checkpoints.
  @Override
  public synchronized void close() {
    closed = true;
    background.close();
    pools.forEach(DatumPool::kill);
    try {
      while (!busy.isEmpty()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.close();
  }
}
