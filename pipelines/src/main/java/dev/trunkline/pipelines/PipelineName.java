package dev.trunkline.pipelines;

import dev.trunkline.versions.RepoName;

/// The name of a pipeline, which is also that of its output repo.
public record PipelineName(String project, String name) {
  /// The repo that it writes to.
  public RepoName output() {
    return RepoName.user(project, name);
  }

  @Override
  public String toString() {
    return project + "/" + name;
  }
}
