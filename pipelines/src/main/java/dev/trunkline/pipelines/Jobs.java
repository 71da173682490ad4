package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Changes;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.Versions;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// Jobs: looking, waiting, stopping, and what is known of their datums.
public final class Jobs {
  private final Versions versions;

  Jobs(Versions versions) {
    this.versions = versions;
  }

  /// The job as it is.
  public JobInfo inspect(PipelineName pipeline, String id) {
    return versions.read(tx ->
        JobRows.find(tx, pipeline, id)
            .orElseThrow(() -> Refusal.notFound("job " + pipeline + "@" + id + " not found")));
  }

  /// The job once it is over.
  public JobInfo await(PipelineName pipeline, String id) {
    while (true) {
      long seen = versions.changes().version();
      var job = inspect(pipeline, id);
      if (job.state().isTerminal()) {
        return job;
      }
      try {
        versions.changes().await(seen, Changes.LONGEST);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("the caller left");
      }
    }
  }

  /// All jobs, newest first.
  public List<JobInfo> list() {
    return versions.read(JobRows::all);
  }

  /// The jobs of a commit set, sources first.
  public List<JobInfo> ofSet(String id) {
    return versions.read(tx -> JobRows.ofSet(tx, id));
  }

  /// Stops a job; one that is over stays as it is.
  public void stop(PipelineName name, String id, String reason) {
    versions.change(change -> {
      var job =
          JobRows.find(change.tx(), name, id)
              .orElseThrow(() -> Refusal.notFound("job " + name + "@" + id + " not found"));
      boolean open = !job.state().isTerminal() && job.state() != JobInfo.State.FINISHING;
      if (open) {
        end(change, job, JobInfo.State.KILLED, reason.isEmpty() ? "job stopped" : reason);
      }
      return open;
    });
  }

  /// Ends a job that has made nothing, for a reason that is never empty.
  static void end(Change change, JobInfo job, JobInfo.State state, String reason) {
    JobRows.setState(change.tx(), job.key(), state, reason);
    Pipelines.close(change, job, Root.EMPTY, reason);
  }

  /// What is known of the datums of a job, in the order of their ids; while it runs those that are
  /// done.
  public Iterator<DatumResult> datums(JobInfo job) {
    var trees = versions.files().trees();
    var root = job.results().or(() -> done(job)).orElse(Root.EMPTY);
    var items = trees.keys().scan(root, Bytes.EMPTY);
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

  private Optional<Root> done(JobInfo job) {
    var checkpoints = versions.read(tx -> JobRows.checkpoints(tx, job.key()));
    return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.getLast());
  }

  /// The lines that the workers of a job logged so far, in order.
  public Iterator<LogLine> logs(JobInfo job) {
    var segments = versions.read(tx -> JobRows.logs(tx, job.key()));
    return segments.stream().flatMap(segment -> LogLine.lines(segment).stream()).iterator();
  }
}
