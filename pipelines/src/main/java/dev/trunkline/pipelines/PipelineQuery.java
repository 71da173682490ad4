package dev.trunkline.pipelines;

import java.util.List;
import java.util.Optional;

/// Which versions of pipelines a listing wants.
///
/// @param pipeline one only, where given
/// @param projects those of these projects only; empty for all
/// @param history so many versions before the current one; negative for all
public record PipelineQuery(Optional<PipelineName> pipeline, List<String> projects, long history) {
  /// Copies the list.
  public PipelineQuery {
    projects = List.copyOf(projects);
  }

  /// The current version of every pipeline.
  public static final PipelineQuery CURRENT = new PipelineQuery(Optional.empty(), List.of(), 0);
}
