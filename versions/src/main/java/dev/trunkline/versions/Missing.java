package dev.trunkline.versions;

import dev.trunkline.base.Refusal;

/// The refusals for objects that do not exist, in the words that clients look for.
final class Missing {
  private Missing() {}

  static Refusal project(String name) {
    return Refusal.notFound("project \"" + name + "\" not found");
  }

  static Refusal repo(RepoName repo) {
    return Refusal.notFound("repo " + repo + " not found");
  }

  static Refusal branch(BranchName branch) {
    return Refusal.notFound(
        "branch (id=0, branch=%s) not found: branch \"%s\" not found in repo %s"
            .formatted(branch, branch.name(), branch.repo()));
  }

  static Refusal commit(CommitHandle handle, String cause) {
    return Refusal.notFound(
        "commit " + handle + " not found" + (cause.isEmpty() ? "" : ": " + cause));
  }

  static Refusal deleted(CommitName commit) {
    return new Refusal(Refusal.Kind.GONE, "commit " + commit + " was deleted");
  }
}
