package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.CommitEdgeRows.Reach;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/// Removing commits: squashed ones leave their data to their children, dropped ones take it along.
final class CommitRemoval {
  /// No text names more commit sets.
  private static final int NAMED = 100;

  private final Change change;

  CommitRemoval(Change change) {
    this.change = change;
  }

  private Tx tx() {
    return change.tx();
  }

  void set(String id, boolean drop) {
    var doomed = CommitRows.ofSet(tx(), id);
    var keys = doomed.stream().map(CommitRow::key).toList();
    var dependent = new LinkedHashSet<String>();
    CommitRows.all(tx(), CommitEdgeRows.closure(tx(), keys, false, Reach.ALL))
        .forEach(commit -> dependent.add(commit.name().id()));
    dependent.remove(id);
    if (!dependent.isEmpty()) {
      var names = dependent.stream().limit(NAMED).collect(Collectors.joining(", ", "[", "]"));
      throw Refusal.forbiddenNow(
          "commit set \"%s\" cannot be dropped because it has subvenant commit sets: %s"
              .formatted(id, names));
    }
    remove(doomed, drop);
  }

  void commit(CommitHandle handle, boolean recursive, boolean drop) {
    var start = Resolver.resolve(tx(), handle);
    var keys = new LinkedHashSet<>(List.of(start.key()));
    keys.addAll(CommitEdgeRows.closure(tx(), List.of(start.key()), false, Reach.ALL));
    if (keys.size() > 1 && !recursive) {
      throw Refusal.forbiddenNow(
          "cannot %s commit (%s) with subvenance without recursive"
              .formatted(drop ? "drop" : "squash", start.name()));
    }
    remove(CommitRows.all(tx(), keys), drop);
  }

  private void remove(List<CommitRow> commits, boolean drop) {
    var doomed = SourcesFirst.sort(tx(), commits);
    for (var commit : doomed) {
      boolean version = commit.name().repo().type().equals(RepoName.SPEC);
      if (version && commit.origin() == CommitInfo.Origin.USER) {
        throw Refusal.forbiddenNow(
            "cannot squash commit " + commit.name() + " because it updated a pipeline");
      }
      var children = CommitRows.children(tx(), commit.key());
      if (drop) {
        checkDrop(commit, children);
      } else {
        checkSquash(commit, children);
      }
    }
    var branches = new BranchChange(change);
    doomed.forEach(commit -> remove(commit, branches));
    change.hooks().ifPresent(h -> doomed.forEach(c -> h.removed(change, c.name())));
  }

  private static void checkDrop(CommitRow commit, List<CommitRow> children) {
    if (!children.isEmpty()) {
      throw Refusal.forbiddenNow("cannot drop a commit that has children: " + commit.name());
    }
  }

  private static void checkSquash(CommitRow commit, List<CommitRow> children) {
    if (children.isEmpty()) {
      throw Refusal.forbiddenNow(
          "cannot squash a commit that has no children as that would cause data loss, use the drop"
              + " operation instead: "
              + commit.name());
    }
    for (var child : children) {
      if (!child.isFinished()) {
        throw Refusal.forbiddenNow(
            "cannot squash until child commit %s is finished%s"
                .formatted(child.name(), child.isOpen() ? "" : ", consider using WaitCommit"));
      }
    }
  }

  private void remove(CommitRow doomed, BranchChange branches) {
    var commit = CommitRows.find(tx(), doomed.key()).orElseThrow();
    var heads = BranchRows.at(tx(), commit.key());
    if (commit.parent().isPresent()) {
      long parent = commit.parent().getAsLong();
      heads.forEach(branch -> BranchRows.moveHead(tx(), branch.key(), parent));
    } else if (!heads.isEmpty()) {
      branches.restart(heads);
    }
    CommitEdgeRows.bypass(tx(), commit.key());
    MetadataRows.clear(tx(), MetadataRows.COMMIT, commit.key());
    CommitRows.delete(tx(), commit.key());
  }
}
