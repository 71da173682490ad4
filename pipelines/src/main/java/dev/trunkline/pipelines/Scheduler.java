package dev.trunkline.pipelines;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.Versions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings jobs forward: the oldest of each pipeline, pipelines side by side. A duty: one process at
/// a time does it.
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final String DUTY = "pipelines/jobs";
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final Database database;
  private final Versions versions;
  private final Storage storage;
  private final Workers workers;
  private final Clock clock;
  private final Duties duties;
  private final Semaphore slots;
  private final Set<Long> busy = ConcurrentHashMap.newKeySet();
  private final Scope background = Scope.open("scheduler");

  /// Schedules on `workers`; [#start] begins.
  public Scheduler(
      Database database, Versions versions, Storage storage, Workers workers, Clock clock) {
    this.database = database;
    this.versions = versions;
    this.storage = storage;
    this.workers = workers;
    this.clock = clock;
    this.duties = new Duties(database, LEASE);
    this.slots = new Semaphore(workers.slots());
  }

  /// Begins to bring jobs forward.
  public void start() {
    background.run(this::schedule);
  }

  private void schedule() {
    while (!Thread.currentThread().isInterrupted()) {
      long seen = database.changes().version();
      try {
        duties.claim(DUTY).ifPresent(this::step);
        database.changes().await(seen, Changes.LONGEST);
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        LOG.error("scheduling failed, will try again", e);
      }
    }
  }

  private void step(Duties.Duty duty) {
    var pipelines = new HashSet<Long>();
    for (var job : versions.read(JobRows::unfinished)) {
      boolean first = pipelines.add(job.pipelineKey());
      if (first && busy.add(job.pipelineKey())) {
        Scope.detached("job", () -> drive(job, duty));
      }
    }
  }

  private void drive(JobInfo job, Duties.Duty duty) {
    boolean moved = false;
    try {
      moved = new JobRun(this, job, duty).forward();
    } catch (Failure e) {
      moved = troubled(job, e);
    } catch (RuntimeException | Error e) {
      LOG.error("job {}@{} met an error, will try again", job.pipeline(), job.id(), e);
    } finally {
      busy.remove(job.pipelineKey());
      if (moved) {
        database.changes().signal();
      }
    }
  }

  /// A pipeline whose workers cannot be started says so, and is tried again when something changes.
  private boolean troubled(JobInfo job, Failure failure) {
    if (failure.kind() == Failure.Kind.DENIED) {
      crash(job, String.valueOf(failure.getMessage()));
    } else if (failure.kind() != Failure.Kind.FENCED) {
      LOG.error("job {}@{} met a failure, will try again", job.pipeline(), job.id(), failure);
    }
    return false;
  }

  /// Marks a running pipeline as one that cannot go on; one that is marked already is left alone.
  void crash(JobInfo job, String reason) {
    var now = versions.read(tx -> PipelineRows.find(tx, job.pipeline()));
    if (now.isPresent() && now.get().state() == PipelineInfo.State.RUNNING) {
      versions.change(change -> {
        PipelineRows.setState(change.tx(), job.pipelineKey(), PipelineInfo.State.CRASHING, reason);
        return true;
      });
    }
  }

  Versions versions() {
    return versions;
  }

  Storage storage() {
    return storage;
  }

  Workers workers() {
    return workers;
  }

  Clock clock() {
    return clock;
  }

  Semaphore slots() {
    return slots;
  }

  @Override
  public void close() {
    background.close();
  }
}
