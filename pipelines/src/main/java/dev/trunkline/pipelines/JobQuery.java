package dev.trunkline.pipelines;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Which jobs a listing wants, and from which end.
///
/// @param pipeline of one pipeline only, where given
/// @param projects of these projects only; empty for all
/// @param history jobs of so many versions before the current one; negative for all
/// @param oldestFirst in the order of creation, else the newest first
/// @param marker strictly before this time of creation, or after it where the oldest come first
public record JobQuery(
    Optional<PipelineName> pipeline,
    List<String> projects,
    long history,
    boolean oldestFirst,
    Optional<Instant> marker) {
  /// Copies the list.
  public JobQuery {
    projects = List.copyOf(projects);
  }

  /// The jobs of all versions in the order of creation.
  public static JobQuery all(Optional<PipelineName> pipeline) {
    return new JobQuery(pipeline, List.of(), -1, true, Optional.empty());
  }

  /// The key before or after which the first page lies.
  public long start() {
    return oldestFirst ? 0 : Long.MAX_VALUE;
  }
}
