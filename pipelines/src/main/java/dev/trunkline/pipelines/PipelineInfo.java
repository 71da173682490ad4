package dev.trunkline.pipelines;

import java.time.Instant;
import java.util.Optional;

/// A pipeline as it is, in one of its versions.
///
/// @param workersStarted since when it runs, or would if its surroundings let it
public record PipelineInfo(
    long key,
    PipelineSpec spec,
    long version,
    State state,
    String reason,
    boolean stopped,
    String salt,
    String userJson,
    String effectiveJson,
    String specCommit,
    Instant created,
    Instant updated,
    Optional<JobInfo.State> lastJob,
    Optional<Instant> workersStarted) {

  /// The states of a pipeline; the names are those of the wire less their prefix.
  public enum State {
    /// It was just made or updated, and nobody has looked at it yet.
    STARTING,
    /// It works, or waits for something to do.
    RUNNING,
    /// It has nothing to do, and its workers are gone until it has.
    STANDBY,
    /// It cannot go on until its spec is changed.
    FAILURE,
    /// It was stopped.
    PAUSED,
    /// It cannot go on until its surroundings change.
    CRASHING;

    /// Whether it has workers, or would have them at once.
    public boolean hasWorkers() {
      return this == STARTING || this == RUNNING;
    }

    /// Whether it is to have workers, be it able to or not.
    public boolean wantsWorkers() {
      return hasWorkers() || this == CRASHING;
    }
  }
}
