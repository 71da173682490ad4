package dev.trunkline.pipelines;

import dev.trunkline.content.Root;
import java.time.Instant;
import java.util.Optional;

/// A job as it is.
///
/// @param id also that of its output commit
public record JobInfo(
    long key,
    long pipelineKey,
    PipelineName pipeline,
    String id,
    long version,
    State state,
    String reason,
    long restart,
    String salt,
    Counts counts,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> finished,
    Optional<Root> plan,
    Optional<Root> results) {

  /// What became of the datums, and what that took.
  public record Counts(
      long total,
      long processed,
      long skipped,
      long failed,
      long recovered,
      long downloaded,
      long uploaded,
      long processNanos) {
    /// Of nothing.
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);
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
