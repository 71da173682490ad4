package dev.trunkline.versions;

/// The name of a branch.
public record BranchName(RepoName repo, String name) {
  @Override
  public String toString() {
    return repo + "@" + name;
  }
}
