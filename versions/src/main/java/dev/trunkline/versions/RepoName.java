package dev.trunkline.versions;

/// The name of a repo: its project, its own name, and its type, `user` for those that hold data.
public record RepoName(String project, String name, String type) {
  /// The type of repos that hold data.
  public static final String USER = "user";

  /// The type of repos that hold what is known about datums.
  public static final String META = "meta";

  /// The type of repos that hold the versions of a pipeline.
  public static final String SPEC = "spec";

  /// A repo that holds data.
  public static RepoName user(String project, String name) {
    return new RepoName(project, name, USER);
  }

  /// The repo of another type beside this one.
  public RepoName as(String otherType) {
    return new RepoName(project, name, otherType);
  }

  @Override
  public String toString() {
    return project + "/" + name + (type.equals(USER) ? "" : "." + type);
  }
}
