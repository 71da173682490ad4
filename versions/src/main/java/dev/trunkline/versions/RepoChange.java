package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.versions.RepoRows.RepoRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Making and deleting repos.
final class RepoChange {
  private final Change change;

  RepoChange(Change change) {
    this.change = change;
  }

  void create(RepoName repo, String description, boolean update) {
    var tx = change.tx();
    if (RepoRows.project(tx, repo.project()).isEmpty()) {
      throw Refusal.notFound("cannot find project: " + Missing.project(repo.project()).text());
    }
    Names.checkRepo(repo);
    var existing = RepoRows.find(tx, repo);
    if (existing.isPresent()) {
      if (!update) {
        throw Refusal.exists("repo " + repo + " already exists");
      }
      RepoRows.describe(tx, existing.get().key(), description);
      return;
    }
    if (!repo.type().equals(RepoName.USER) && RepoRows.find(tx, repo.as(RepoName.USER)).isEmpty()) {
      throw Refusal.notFound("cannot create a system repo without a corresponding 'user' repo");
    }
    RepoRows.insert(tx, repo, description);
  }

  /// Deletes those of `repos` that exist, with the system repos beside them.
  List<RepoName> delete(List<RepoName> repos, boolean force) {
    var doomed = new LinkedHashMap<Long, RepoRow>();
    for (var repo : repos) {
      if (RepoRows.find(change.tx(), repo).isPresent()) {
        var types =
            repo.type().equals(RepoName.USER)
                ? List.of(RepoName.META, RepoName.SPEC, RepoName.USER)
                : List.of(repo.type());
        types.forEach(type ->
            RepoRows.find(change.tx(), repo.as(type)).ifPresent(row -> doomed.put(row.key(), row)));
      }
    }
    if (!force) {
      checkUnused(doomed);
    }
    for (var row : doomed.values()) {
      BranchRows.ofRepo(change.tx(), row.key())
          .forEach(branch -> BranchRows.delete(change.tx(), branch.key()));
      MetadataRows.clear(change.tx(), MetadataRows.REPO, row.key());
      var open = CommitRows.unfinished(change.tx(), row.key());
      RepoRows.delete(change.tx(), row.key());
      change.hooks().ifPresent(h -> open.forEach(commit -> h.removed(change, commit.name())));
    }
    return doomed.values().stream().map(RepoRow::name).toList();
  }

  private void checkUnused(Map<Long, RepoRow> doomed) {
    for (var row : doomed.values()) {
      for (var branch : BranchRows.ofRepo(change.tx(), row.key())) {
        var users = new ArrayList<>(BranchEdgeRows.downstream(change.tx(), branch.key()));
        users.removeIf(user -> doomed.containsKey(user.repo()));
        if (!users.isEmpty()) {
          throw BranchChange.inUse(branch, users);
        }
      }
    }
  }
}
