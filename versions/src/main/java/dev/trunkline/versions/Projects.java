package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import java.util.List;

/// Projects, the outermost name of everything.
public final class Projects {
  /// The project that is meant where none is named.
  public static final String DEFAULT = "default";

  private final Versions versions;

  Projects(Versions versions) {
    this.versions = versions;
  }

  /// Makes a project, or with `update` changes the description of one that exists.
  public void create(String name, String description, boolean update) {
    Names.checkProject(name);
    versions.change(change -> {
      if (update) {
        if (!RepoRows.updateProject(change.tx(), name, description)) {
          throw Missing.project(name);
        }
      } else if (!RepoRows.insertProject(change.tx(), name, description)) {
        throw Refusal.exists("project " + name + " already exists");
      }
      return true;
    });
  }

  /// The project as it is.
  public ProjectInfo inspect(String name) {
    return versions.read(tx -> RepoRows.project(tx, name).orElseThrow(() -> Missing.project(name)));
  }

  /// All projects, oldest first.
  public List<ProjectInfo> list() {
    return versions.read(RepoRows::projects);
  }

  /// Deletes a project that has no repos.
  public void delete(String name) {
    versions.change(change -> {
      if (RepoRows.project(change.tx(), name).isEmpty()) {
        throw Missing.project(name);
      }
      var repos =
          RepoRows.all(change.tx()).stream()
              .filter(repo -> repo.name().project().equals(name))
              .map(repo -> "repo " + repo.name() + " still exists")
              .toList();
      if (!repos.isEmpty()) {
        throw Refusal.forbiddenNow(
            "cannot delete project " + name + ": " + String.join("\n", repos));
      }
      RepoRows.deleteProject(change.tx(), name);
      return true;
    });
  }
}
