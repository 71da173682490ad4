package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Scope;
import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.datum.LogSink;
import dev.trunkline.datum.Worker;
import dev.trunkline.metadata.Duties;
import dev.trunkline.planning.Datum;
import dev.trunkline.planning.Planner;
import dev.trunkline.storage.Upload;
import dev.trunkline.versions.CommitInfo;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Runs the datums of one job on a few workers, and makes what is done durable every so often: a
/// datum in a checkpoint is not run again, whatever happens.
final class DatumPool {
  private static final int CHECKPOINT_DATUMS = 256;
  private static final long CHECKPOINT_NANOS = 500_000_000L;

  private final Scheduler scheduler;
  private final JobInfo job;
  private final PipelineInfo pipeline;
  private final Duties.Duty duty;
  private final List<Upload> uploads = new ArrayList<>();
  private final TreeMap<Bytes, Optional<Item>> fresh = new TreeMap<>();
  private final List<LogLine> log = new ArrayList<>();
  private Root results = Root.EMPTY;
  private long lastCheckpoint;
  private boolean ended;
  private boolean killed;
  private long processed;
  private long failed;
  private long recovered;
  private long downloaded;
  private long uploaded;
  private long nanos;
  private String failure = "";

  DatumPool(Scheduler scheduler, JobInfo job, PipelineInfo pipeline, Duties.Duty duty) {
    this.scheduler = scheduler;
    this.job = job;
    this.pipeline = pipeline;
    this.duty = duty;
  }

  /// Runs all of `todo`; nothing is returned where the job was ended meanwhile.
  Optional<Done> run(
      Iterator<Item> todo, Map<String, CommitInfo> commits, Map<String, Root> roots) {
    resume();
    lastCheckpoint = scheduler.clock().nanos();
    log(LogLine.Origin.JOB, "", List.of(), "started processing job " + job.id());
    var inputs = new Inputs(todo, commits, roots);
    if (todo.hasNext()) {
      try (var scope = Scope.open("checkpoint")) {
        scope.run(this::checkpointAsTimePasses);
        runAll(inputs);
        scope.join();
      }
    }
    log(LogLine.Origin.JOB, "", List.of(), "finished processing job " + job.id());
    checkpoint(true);
    return killed ? Optional.empty() : Optional.of(done());
  }

  private void runAll(Inputs inputs) {
    try (var workers = Scope.open("datum")) {
      for (int i = 0; i < Math.max(1, pipeline.spec().parallelism()); i++) {
        int number = i;
        workers.run(() -> work(inputs, number));
      }
      workers.join();
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  /// A long datum must not keep those that are done from becoming durable.
  private synchronized void checkpointAsTimePasses() {
    try {
      while (!ended) {
        wait(CHECKPOINT_NANOS / 1_000_000);
        checkpoint(false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Done done() {
    return new Done(
        results,
        new JobInfo.Counts(0, processed, 0, failed, recovered, downloaded, uploaded, nanos),
        failure);
  }

  /// Takes up what an earlier run of this job has made durable.
  private synchronized void resume() {
    var checkpoints = scheduler.versions().read(tx -> JobRows.checkpoints(tx, job.key()));
    if (checkpoints.isEmpty()) {
      return;
    }
    results = checkpoints.getLast();
    var keys = scheduler.storage().trees().keys();
    keys.scan(results, Bytes.EMPTY).forEachRemaining(item -> count(DatumResult.of(item)));
  }

  private void work(Inputs inputs, int number) {
    try {
      scheduler.slots().acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    var first = next(inputs.todo);
    if (first == null) {
      scheduler.slots().release();
      return;
    }
    var program = pipeline.spec().program();
    var name = workerName(number);
    try (var worker = scheduler.workers().start(job.pipeline(), program)) {
      for (var item = first; item != null; item = next(inputs.todo)) {
        run(item, inputs, worker, name);
      }
    } finally {
      scheduler.slots().release();
    }
  }

  private synchronized @Nullable Item next(Iterator<Item> todo) {
    var keys = scheduler.storage().trees().keys();
    while (todo.hasNext() && !killed) {
      var item = todo.next();
      boolean done =
          keys.get(results, item.key())
              .map(DatumResult::of)
              .filter(result -> result.content().equals(item.content()))
              .isPresent();
      if (!done) {
        return item;
      }
    }
    return null;
  }

  private String workerName(int number) {
    var name = job.pipeline();
    return "%s-%s-v%d-%d".formatted(name.project(), name.name(), job.version(), number);
  }

  private void run(Item item, Inputs inputs, Worker worker, String workerName) {
    var datum = Datum.of(item, pipeline.spec().input().orElseThrow());
    var planner = new Planner(scheduler.storage().trees());
    var files = new ArrayList<DatumTask.InputFile>();
    for (var part : datum.parts()) {
      var name = part.input().name();
      var commit =
          dev.trunkline.base.Check.present(inputs.commits.get(name), "an input has a commit");
      files.add(
          new DatumTask.InputFile(name, planner.entry(part, inputs.roots), commit.name().id()));
    }
    var id = datum.id().hex();
    var environment =
        Map.of(
            "PACH_JOB_ID", job.id(),
            "PACH_OUTPUT_COMMIT_ID", job.id(),
            "PPS_PIPELINE_NAME", job.pipeline().name(),
            "PPS_PROJECT_NAME", job.pipeline().project(),
            "PPS_SPEC_COMMIT", pipeline.specCommit());
    var task = new DatumTask(id, files, pipeline.spec().program(), environment);
    var upload = scheduler.storage().upload();
    var data =
        files.stream()
            .limit(LogLine.MOST_FILES)
            .map(f -> new LogLine.File(f.entry().shown(), f.entry().hash()))
            .toList();
    LogSink sink = (user, text) -> log(new LogLine.Origin(workerName, user, false), id, data, text);
    sink.line(false, "started datum " + id);
    var outcome = worker.run(task, upload, sink);
    sink.line(false, "finished datum " + id);
    upload.seal();
    finished(item, datum, outcome, upload);
    checkpoint(false);
  }

  private synchronized void log(
      LogLine.Origin origin, String datum, List<LogLine.File> data, String text) {
    log.add(new LogLine(scheduler.clock().now(), origin, datum, data, text));
  }

  private synchronized void finished(Item item, Datum datum, DatumOutcome outcome, Upload upload) {
    var result =
        new DatumResult(
            datum.id(),
            datum.hash(),
            outcome.state(),
            job.id(),
            job.version(),
            outcome.reason(),
            outcome.downloaded(),
            outcome.uploaded(),
            outcome.processNanos(),
            outcome.output(),
            item.value());
    uploads.add(upload);
    fresh.put(item.key(), Optional.of(result.item()));
    count(result);
  }

  private void count(DatumResult result) {
    switch (result.state()) {
      case PROCESSED -> processed++;
      case RECOVERED -> recovered++;
      case FAILED -> {
        failed++;
        failure = failure.isEmpty() ? "datum " + result.id().hex() + " failed" : failure;
      }
    }
    downloaded += result.downloaded();
    uploaded += result.uploaded();
    nanos += result.processNanos();
  }

  /// Makes durable what is done, where enough of it has gathered or `now` says so.
  private synchronized void checkpoint(boolean now) {
    long since = scheduler.clock().nanos() - lastCheckpoint;
    boolean due = now || fresh.size() >= CHECKPOINT_DATUMS || since > CHECKPOINT_NANOS;
    if (!due || (fresh.isEmpty() && log.isEmpty())) {
      return;
    }
    try (var upload = scheduler.storage().upload()) {
      results = scheduler.storage().trees().keys().apply(results, fresh, upload);
      upload.seal();
      var counts = done().counts(0);
      boolean live =
          scheduler
              .versions()
              .change(change -> {
                Duties.guard(change.tx(), duty);
                uploads.forEach(u -> u.publish(change.tx()));
                upload.publish(change.tx());
                JobRows.addCheckpoint(change.tx(), job.key(), results);
                if (!log.isEmpty()) {
                  LogRows.add(change.tx(), job, LogLine.segment(log));
                }
                JobRows.setCounts(change.tx(), job.key(), counts);
                return JobRows.find(change.tx(), job.key())
                    .filter(j -> !j.state().isTerminal())
                    .isPresent();
              });
      killed |= !live;
    }
    uploads.forEach(Upload::close);
    uploads.clear();
    fresh.clear();
    log.clear();
    lastCheckpoint = scheduler.clock().nanos();
  }

  /// What was run, and the first failure in words.
  record Done(Root results, JobInfo.Counts ran, String failure) {
    /// The counts of a job with `total` datums: what was not run was skipped.
    JobInfo.Counts counts(long total) {
      long done = ran.processed() + ran.failed() + ran.recovered();
      return new JobInfo.Counts(
          Math.max(total, done),
          ran.processed(),
          Math.max(0, total - done),
          ran.failed(),
          ran.recovered(),
          ran.downloaded(),
          ran.uploaded(),
          ran.processNanos());
    }
  }

  private record Inputs(
      Iterator<Item> todo, Map<String, CommitInfo> commits, Map<String, Root> roots) {}
}
