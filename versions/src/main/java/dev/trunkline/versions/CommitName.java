package dev.trunkline.versions;

/// The name of a commit: its repo, and the id of its commit set.
public record CommitName(RepoName repo, String id) {
  @Override
  public String toString() {
    return repo + "@" + id;
  }
}
