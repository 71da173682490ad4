package dev.trunkline.versions;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.RepoRows.ProjectRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Projects, the outermost name of everything.
public final class Projects {
  /// The project that is meant where none is named.
  public static final String DEFAULT = "default";

  private static final int NAMED = 100;

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
    return versions.read(tx ->
        infos(tx, List.of(RepoRows.project(tx, name).orElseThrow(() -> Missing.project(name))))
            .getFirst());
  }

  /// All projects, oldest first.
  public List<ProjectInfo> list() {
    return versions.read(tx -> infos(tx, RepoRows.projects(tx)));
  }

  private static List<ProjectInfo> infos(Tx tx, List<ProjectRow> rows) {
    var keys = rows.stream().map(ProjectRow::key).toList();
    var metadata = MetadataRows.of(tx, MetadataRows.PROJECT, keys);
    return rows.stream()
        .map(row ->
            new ProjectInfo(
                row.name(),
                row.description(),
                Clock.ofMicros(row.created()),
                metadata.getOrDefault(row.key(), Map.of()),
                row.createdBy()))
        .toList();
  }

  /// Deletes a project that has no repos.
  public void delete(String name) {
    versions.change(change -> {
      delete(change.tx(), name);
      return true;
    });
  }

  private static void delete(Tx tx, String name) {
    var project = RepoRows.project(tx, name).orElseThrow(() -> Missing.project(name));
    var repos = RepoRows.list(tx, new RepoRows.Filter("", List.of(name), NAMED, 0));
    if (!repos.isEmpty()) {
      var lines = new ArrayList<String>();
      repos.forEach(repo -> lines.add("repo " + repo.name() + " still exists"));
      throw Refusal.forbiddenNow("cannot delete project " + name + ": " + String.join("\n", lines));
    }
    MetadataRows.clear(tx, MetadataRows.PROJECT, project.key());
    RepoRows.deleteProject(tx, name);
  }

  /// Deletes every repo and every project, and makes the project `default` again.
  public void deleteAll() {
    versions.change(change -> {
      var tx = change.tx();
      change.deleteRepos(RepoRows.all(tx).stream().map(RepoRows.RepoRow::name).toList(), true);
      RepoRows.projects(tx).forEach(project -> delete(tx, project.name()));
      MetadataRows.clear(tx, MetadataRows.CLUSTER, 0);
      return RepoRows.insertProject(tx, DEFAULT, "");
    });
  }
}
