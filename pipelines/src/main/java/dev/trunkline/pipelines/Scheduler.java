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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings jobs forward: of each pipeline the oldest, as many as it has workers, pipelines side by
/// side. A duty: one process at a time does it, and every write of a job depends on it.
///
/// 1. A change wakes it. It looks at the jobs that the change woke ([Wait]), and at no others: a
///    thousand that rest cost nothing.
/// 2. A job that is being looked at when it is woken again is looked at once more afterwards.
/// 3. Whoever takes the duty over looks at every job once.
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final String DUTY = "pipelines/jobs";
  private static final Duration LEASE = Duration.ofSeconds(30);

  /// How long after an attempt that failed the next one is made.
  private static final Duration RETRY = Duration.ofSeconds(5);

  /// How long after its workers could not be started the next attempt to start them is made.
  private static final Duration CRASHED = Duration.ofSeconds(30);

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
  private final Map<Long, DatumPool> pools = new ConcurrentHashMap<>();
  private final Map<Long, Instant> alarms = new ConcurrentHashMap<>();
  private final Scope background = Scope.open("scheduler");
  private final AtomicBoolean lost = new AtomicBoolean();
  private Optional<Duties.Duty> held = Optional.empty();
  private long claimed;
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
        hold().ifPresent(this::step);
        database.changes().await(seen, untilAlarm());
      } catch (InterruptedException | CancellationException _) {
        return;
      } catch (RuntimeException e) {
        pauseAfter(e, seen);
      }
    }
  }

  private void pauseAfter(RuntimeException failure, long seen) {
    if (isFenced(failure)) {
      lost.set(true);
    } else {
      LOG.error("scheduling failed, will try again", failure);
    }
    try {
      database.changes().await(seen, RETRY);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// The duty, claimed again once half of its lease has passed.
  private Optional<Duties.Duty> hold() {
    boolean fresh = clock.since(claimed).toMillis() < LEASE.toMillis() / 2;
    if (fresh && held.isPresent() && !lost.getAndSet(false)) {
      return held;
    }
    claimed = clock.nanos();
    var duty = duties.claim(DUTY);
    if (!duty.equals(held)) {
      pools.values().forEach(DatumPool::kill);
      duty.ifPresent(this::takeOver);
      held = duty;
    }
    return held;
  }

  /// Begins with jobs that somebody else looked after: everything is to be looked at once.
  private void takeOver(Duties.Duty duty) {
    database.<Object>write(tx -> {
      Duties.guard(tx, duty);
      WaitRows.wakeAll(tx);
      return true;
    });
    begun = false;
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
    for (var awake : versions.read(WaitRows::awake)) {
      if (awake.over()) {
        recall(awake.job(), duty);
      } else {
        look(awake.job(), duty);
      }
    }
    var now = clock.now();
    alarms.forEach((job, at) -> {
      if (!at.isAfter(now) && alarms.remove(job, at)) {
        look(job, duty);
      }
    });
  }

  /// Looks at a job, or as soon as whoever is looking at it now has finished.
  private void look(long job, Duties.Duty duty) {
    missed.add(job);
    if (busy.add(job)) {
      missed.remove(job);
      Scope.detached("job", () -> drive(job, duty));
    }
  }

  /// Ends what runs of a job that is over.
  private void recall(long job, Duties.Duty duty) {
    var pool = pools.get(job);
    if (pool != null) {
      pool.kill();
    }
    database.<Object>write(tx -> {
      Duties.guard(tx, duty);
      WaitRows.settle(tx, job);
      return true;
    });
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

  private void drive(long key, Duties.Duty duty) {
    try {
      versions.read(tx -> JobRows.find(tx, key)).ifPresent(job -> drive(job, duty));
    } catch (RuntimeException | Error e) {
      failed("job " + key, e);
      wakeAt(key, clock.now().plus(RETRY));
    } finally {
      leave(key);
      if (missed.remove(key)) {
        wake();
      }
    }
  }

  private void drive(JobInfo job, Duties.Duty duty) {
    try {
      new JobRun(this, job, duty).forward();
    } catch (Failure e) {
      if (e.kind() == Failure.Kind.DENIED) {
        var why = String.valueOf(e.getMessage());
        crash(duty, job, why);
        retry(duty, job, CRASHED, "its pipeline, which is crashing: " + why);
      } else {
        troubled(duty, job, e);
      }
    } catch (RuntimeException | Error e) {
      troubled(duty, job, e);
    }
  }

  private void troubled(Duties.Duty duty, JobInfo job, Throwable trouble) {
    failed("job " + job.pipeline() + "@" + job.id(), trouble);
    wakeAt(job.key(), clock.now().plus(RETRY));
    if (!closed && !isFenced(trouble)) {
      retry(duty, job, RETRY, "another attempt, for the last one met: " + trouble.getMessage());
    }
  }

  private void failed(String job, Throwable trouble) {
    if (isFenced(trouble)) {
      LOG.info("{} is run by another server now, or this one was fenced", job);
      lost.set(true);
      wake();
    } else if (!closed) {
      LOG.error("{} met an error, will try again", job, trouble);
    }
  }

  private static boolean isFenced(Throwable trouble) {
    return trouble instanceof Failure failure && failure.kind() == Failure.Kind.FENCED;
  }

  /// Lays a job to rest until it is time for another attempt; one that says so already rests.
  private void retry(Duties.Duty duty, JobInfo job, Duration pause, String why) {
    wakeAt(job.key(), clock.now().plus(pause));
    if (!why.equals(job.waiting())) {
      step(duty, job, new JobLife.Event.Awaits(Wait.retry(why)));
    }
  }

  /// Marks a running pipeline as one that cannot go on; one that is marked already is left alone.
  void crash(Duties.Duty duty, JobInfo job, String reason) {
    turn(duty, job, PipelineInfo.State.RUNNING, PipelineInfo.State.CRASHING, reason);
  }

  /// Says of the pipeline of a job that its workers start again.
  void recover(Duties.Duty duty, JobInfo job) {
    turn(duty, job, PipelineInfo.State.CRASHING, PipelineInfo.State.RUNNING, "");
  }

  private void turn(
      Duties.Duty duty,
      JobInfo job,
      PipelineInfo.State from,
      PipelineInfo.State to,
      String reason) {
    var now = versions.read(tx -> PipelineRows.find(tx, job.pipeline()));
    if (now.isPresent() && now.get().state() == from) {
      write(duty, job, change -> PipelineRows.setState(change.tx(), job.pipelineKey(), to, reason));
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

  /// Keeps lines of a job, be it over or not.
  void keep(Duties.Duty duty, JobInfo job, List<LogLine> lines) {
    versions.change(change -> {
      Duties.guard(change.tx(), duty);
      boolean known = JobRows.find(change.tx(), job.key()).isPresent();
      if (known) {
        LogRows.add(change.tx(), job, lines);
      }
      return known;
    });
  }

  /// Lets an event happen to a job in a transaction of the duty.
  boolean step(Duties.Duty duty, JobInfo job, JobLife.Event event) {
    return versions.change(change -> {
      Duties.guard(change.tx(), duty);
      return JobSteps.step(change, job, event);
    });
  }

  /// Lays a job to rest while what it waits for `lasts`, in one transaction; false where that is
  /// over already, and the job is to be looked at again.
  boolean rest(Duties.Duty duty, JobInfo job, Wait what, Predicate<Change> lasts) {
    return versions.change(change -> {
      Duties.guard(change.tx(), duty);
      boolean rests = lasts.test(change);
      if (rests) {
        JobSteps.step(change, job, new JobLife.Event.Awaits(what));
      }
      return rests;
    });
  }

  /// Looks again at what is to be looked at.
  private void wake() {
    database.changes().signal();
  }

  /// Looks at a job at some time, whatever happens until then.
  void wakeAt(long job, Instant at) {
    alarms.merge(job, at, (one, other) -> one.isBefore(other) ? one : other);
  }

  private synchronized void leave(long job) {
    busy.remove(job);
    notifyAll();
  }

  /// Runs the datums of a job, unless that was ended meanwhile; from now on it would be told.
  void enter(DatumPool pool) {
    pools.put(pool.job().key(), pool);
    var job = versions.read(tx -> JobRows.find(tx, pool.job().key()));
    if (closed || job.filter(now -> !now.state().isTerminal()).isEmpty()) {
      pool.kill();
    }
  }

  void leave(DatumPool pool) {
    pools.remove(pool.job().key(), pool);
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
    pools.values().forEach(DatumPool::kill);
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
