package dev.trunkline.pipelines;

import dev.trunkline.content.Root;
import dev.trunkline.datum.DatumOutcome;
import java.time.Instant;
import java.util.Optional;

/// A job as it is.
///
/// @param id also that of its output commit
/// @param waiting what it waits for, in words; empty where it waits for nothing
/// @param failure the first datum that failed, in words; empty where none did
/// @param planned how the plan was made, and why so
/// @param beside the job whose unknown datums were run while that one was still running
public record JobInfo(
    long key,
    long pipelineKey,
    PipelineName pipeline,
    String id,
    long version,
    State state,
    String reason,
    String waiting,
    Optional<Instant> waitingSince,
    long restart,
    String salt,
    Counts counts,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> finished,
    String failure,
    String planned,
    Optional<Long> beside,
    Optional<Root> plan,
    Optional<Root> results,
    Optional<Root> redo) {

  /// What became of the datums, and what that took.
  public record Counts(
      long total,
      long processed,
      long skipped,
      long failed,
      long recovered,
      long downloaded,
      long uploaded,
      long downloadNanos,
      long processNanos,
      long uploadNanos) {
    /// Of nothing.
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// With one datum more that was run.
    Counts plus(DatumResult result) {
      var cost = result.cost();
      return new Counts(
          total,
          processed + (result.state() == DatumOutcome.State.PROCESSED ? 1 : 0),
          skipped,
          failed + (result.state() == DatumOutcome.State.FAILED ? 1 : 0),
          recovered + (result.state() == DatumOutcome.State.RECOVERED ? 1 : 0),
          downloaded + cost.downloaded(),
          uploaded + cost.uploaded(),
          downloadNanos + cost.downloadNanos(),
          processNanos + cost.processNanos(),
          uploadNanos + cost.uploadNanos());
    }

    /// Where everything that was not run was skipped.
    Counts skippingRest() {
      long rest = total - processed - failed - recovered;
      return new Counts(
          total,
          processed,
          rest,
          failed,
          recovered,
          downloaded,
          uploaded,
          downloadNanos,
          processNanos,
          uploadNanos);
    }
  }

  /// The states of a job; the names are those of the wire less their prefix.
  public enum State {
    /// Nobody has looked at it yet.
    CREATED,
    /// It waits for its inputs.
    STARTING,
    /// Its datums are run.
    RUNNING,
    /// Its output is being assembled.
    FINISHING,
    /// It did what it should.
    SUCCESS,
    /// A datum failed, or the output does not fit together.
    FAILURE,
    /// It was stopped.
    KILLED,
    /// What it reads from has failed.
    UNRUNNABLE;

    /// Whether nothing will change any more.
    public boolean isTerminal() {
      return switch (this) {
        case CREATED, STARTING, RUNNING, FINISHING -> false;
        case SUCCESS, FAILURE, KILLED, UNRUNNABLE -> true;
      };
    }
  }
}
