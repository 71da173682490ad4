package dev.trunkline.versions;

/// How a request names a commit: by id, by branch, or by either with an ancestry suffix such as
/// `^2`.
///
/// @param branch empty where none is named
/// @param id empty where none is named
public record CommitHandle(RepoName repo, String branch, String id) {
  /// The commit with this id.
  public static CommitHandle of(CommitName name) {
    return new CommitHandle(name.repo(), "", name.id());
  }

  /// The head of a branch.
  public static CommitHandle head(BranchName branch) {
    return new CommitHandle(branch.repo(), branch.name(), "");
  }

  /// The text after the `@` of the canonical form.
  String reference() {
    boolean suffix = id.isEmpty() || ".^~".indexOf(id.charAt(0)) >= 0;
    return !branch.isEmpty() && suffix ? branch + id : id;
  }

  @Override
  public String toString() {
    return repo + "@" + reference();
  }
}
