package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.planning.Datum;
import dev.trunkline.planning.Planner;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.Versions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// Jobs: looking, waiting, stopping, and what is known of their datums.
public final class Jobs {
  private final Versions versions;
  private final RunningDatums running = new RunningDatums();

  Jobs(Versions versions) {
    this.versions = versions;
  }

  /// What runs at the moment.
  public RunningDatums running() {
    return running;
  }

  /// The job as it is.
  public JobInfo inspect(PipelineName pipeline, String id) {
    return versions.read(tx ->
        JobRows.find(tx, pipeline, id)
            .orElseThrow(() -> Refusal.notFound("job " + pipeline + "@" + id + " not found")));
  }

  /// The job once it is over.
  public JobInfo await(PipelineName pipeline, String id) {
    return await(pipeline, id, () -> false);
  }

  /// The job once it is over, or an end of waiting within seconds of the caller having `left`.
  public JobInfo await(PipelineName pipeline, String id, BooleanSupplier left) {
    inspect(pipeline, id);
    while (true) {
      long seen = versions.changes().version();
      var job =
          versions
              .read(tx -> JobRows.find(tx, pipeline, id))
              .orElseThrow(() -> new Refusal(Refusal.Kind.GONE, "job " + id + " was deleted"));
      if (job.state().isTerminal()) {
        return job;
      }
      if (left.getAsBoolean()) {
        throw new CancellationException("the caller left");
      }
      JobPages.pause(versions.changes(), seen);
    }
  }

  /// The jobs of a commit set, sources first.
  public List<JobInfo> ofSet(String id) {
    return versions.read(tx -> JobRows.ofSet(tx, id));
  }

  /// Stops a job; one that is over stays as it is.
  public void stop(Change change, PipelineName name, String id, String reason) {
    var job =
        JobRows.find(change.tx(), name, id)
            .orElseThrow(() -> Refusal.notFound("job " + name + "@" + id + " not found"));
    var why = reason.isEmpty() ? "job stopped" : reason;
    JobSteps.step(change, job, new JobLife.Event.Stopped(why));
  }

  /// Ends a job where it runs and forgets it; its commits stay.
  public void delete(PipelineName name, String id) {
    versions.change(change -> {
      var job =
          JobRows.find(change.tx(), name, id)
              .orElseThrow(() -> Refusal.notFound("job " + name + "@" + id + " not found"));
      JobSteps.step(change, job, new JobLife.Event.Stopped("job deleted"));
      JobRows.forget(change.tx(), job.key());
      return true;
    });
  }

  /// What is known of one datum of a job, where it is done; one look into a tree.
  public Optional<DatumResult> datum(JobInfo job, String id) {
    if (!id.matches("[0-9a-f]{64}")) {
      return Optional.empty();
    }
    var root = job.results().or(() -> done(job)).orElse(Root.EMPTY);
    var key = Bytes.of(HexFormat.of().parseHex(id));
    return versions.files().trees().keys().get(root, key).map(DatumResult::of);
  }

  /// What is known of the datums of a job, in the order of their ids; while it runs those that are
  /// done.
  public Iterator<DatumResult> datums(JobInfo job) {
    return datums(job, Bytes.EMPTY);
  }

  private Iterator<DatumResult> datums(JobInfo job, Bytes from) {
    var trees = versions.files().trees();
    var root = job.results().or(() -> done(job)).orElse(Root.EMPTY);
    var items = trees.keys().scan(root, from);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public DatumResult next() {
        return DatumResult.of(items.next());
      }
    };
  }

  /// The same from a marker on: only ids beyond it, which need not be one of a datum.
  public Iterator<DatumResult> datums(JobInfo job, String marker) {
    boolean whole = marker.matches("([0-9a-f]{2})*");
    return datums(job, whole ? Bytes.of(HexFormat.of().parseHex(marker)) : Bytes.EMPTY);
  }

  private Optional<Root> done(JobInfo job) {
    return versions.read(tx -> RunRows.checkpoint(tx, job.key()));
  }

  /// What a datum was given.
  public List<Datum.Part> inputs(DatumResult result) {
    return new Planner(versions.files().trees()).parts(result.inputs(), result.inputRefs());
  }

  /// The lines that the workers of a job logged so far, in order; a few segments are in memory at a
  /// time.
  public void logs(JobInfo job, Predicate<LogLine> sink) {
    new LogPages(versions)
        .read(
            versions.read(
                tx -> PipelineRows.find(tx, job.pipelineKey(), job.version()).orElseThrow()),
            LogPages.Which.all(job),
            false,
            () -> false,
            segment -> segment.lines().stream().allMatch(sink));
  }

  /// The lines that the workers of a job logged so far, in order; for jobs that say little.
  public Iterator<LogLine> logs(JobInfo job) {
    var lines = new ArrayList<LogLine>();
    logs(job, lines::add);
    return lines.iterator();
  }
}
