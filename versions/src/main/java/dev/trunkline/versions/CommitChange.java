package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.BranchRows.BranchRow;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// Starting and closing commits.
final class CommitChange {
  private final Change change;

  CommitChange(Change change) {
    this.change = change;
  }

  private Tx tx() {
    return change.tx();
  }

  CommitInfo start(BranchName name, Optional<CommitHandle> parent, String description) {
    return start(name, parent, CommitInfo.Origin.USER, description);
  }

  private CommitInfo start(
      BranchName name,
      Optional<CommitHandle> parent,
      CommitInfo.Origin origin,
      String description) {
    if (name.name().isEmpty()) {
      throw Refusal.invalid("branch must be specified");
    }
    var repo = RepoRows.find(tx(), name.repo()).orElseThrow(() -> Missing.repo(name.repo()));
    Names.checkBranch(name.name());
    var branch = BranchRows.find(tx(), name);
    if (branch.isPresent() && !BranchEdgeRows.upstream(tx(), branch.get().key()).isEmpty()) {
      throw Refusal.forbiddenNow("cannot start a commit on an output branch: " + name);
    }
    var above =
        parent
            .map(handle -> parent(name, handle))
            .or(() -> branch.flatMap(b -> CommitRows.find(tx(), b.head())));
    above.filter(CommitRow::isOpen).ifPresent(CommitChange::refuseOpenParent);
    var taken = CommitRows.find(tx(), repo.key(), change.set());
    if (taken.isPresent()) {
      if (parent.isPresent() || !isBirthOf(name, taken.get())) {
        throw Propagation.secondCommit(name);
      }
      CommitRows.reopen(tx(), taken.get().key(), origin, description);
      return CommitRows.find(tx(), taken.get().key()).orElseThrow().info(tx());
    }
    var key = above.map(c -> OptionalLong.of(c.key())).orElse(OptionalLong.empty());
    long commit =
        CommitRows.insert(
            tx(),
            change.set(),
            new CommitRows.New(repo.key(), key, OptionalLong.empty(), origin, description));
    long moving =
        branch
            .map(BranchRow::key)
            .orElseGet(() -> BranchRows.insert(tx(), repo.key(), name.name(), commit));
    BranchRows.moveHead(tx(), moving, commit);
    CommitRows.setBranch(tx(), commit, moving);
    change.moved(moving);
    return CommitRows.find(tx(), commit).orElseThrow().info(tx());
  }

  /// Whether a commit of this change is the empty one that a branch was made with, and of no other
  /// branch: what is started there begins as that commit, since a repo has one in a set.
  private boolean isBirthOf(BranchName name, CommitRow commit) {
    return commit.origin() == CommitInfo.Origin.AUTO
        && commit.isFinished()
        && commit.parent().isEmpty()
        && BranchRows.at(tx(), commit.key()).stream()
            .map(BranchRow::name)
            .toList()
            .equals(List.of(name));
  }

  private CommitRow parent(BranchName name, CommitHandle handle) {
    if (!handle.repo().equals(name.repo())) {
      throw Refusal.invalid(
          "parent commit " + handle + " and branch " + name + " must belong to the same repo");
    }
    try {
      return Resolver.resolve(tx(), handle);
    } catch (Refusal e) {
      throw new Refusal("parent commit not found", e);
    }
  }

  private static void refuseOpenParent(CommitRow parent) {
    throw Refusal.forbiddenNow("parent commit " + parent.name() + " has not been finished");
  }

  void finish(
      CommitHandle handle, String description, String error, Predicate<RepoName> ownedByPipeline) {
    var commit = Resolver.resolve(tx(), handle);
    if (!commit.isOpen()) {
      throw finished(commit);
    }
    boolean follows = !CommitRows.upstream(tx(), commit.key()).isEmpty();
    if (follows && ownedByPipeline.test(commit.name().repo().as(RepoName.USER))) {
      throw Refusal.forbiddenNow(
          "cannot finish a pipeline output or meta commit, use 'stop job' instead");
    }
    CommitRows.setFinishing(tx(), commit.key(), error, description);
  }

  static Refusal finished(CommitRow commit) {
    return Refusal.forbiddenNow("commit " + commit.name() + " has already finished");
  }

  CommitInfo empty(BranchName name) {
    var started = start(name, Optional.empty(), CommitInfo.Origin.AUTO, "");
    CommitRows.setFinishing(tx(), started.key(), "", "");
    CommitRows.setFinished(tx(), started.key(), OptionalLong.empty(), Root.EMPTY, Root.EMPTY);
    return started;
  }

  void clear(CommitHandle handle) {
    var commit = Resolver.resolve(tx(), handle);
    if (!commit.isOpen()) {
      throw Refusal.forbiddenNow("cannot clear finished commit " + commit.name());
    }
    LayerRows.drop(tx(), commit.key());
  }

  void forget(CommitHandle handle) {
    var commit = Resolver.resolve(tx(), handle);
    if (!CommitRows.children(tx(), commit.key()).stream().allMatch(CommitRow::isFinished)) {
      throw Refusal.forbiddenNow("Forget Commit: direct descendants must be closed");
    }
    if (CommitRows.upstream(tx(), commit.key()).isEmpty()) {
      throw Refusal.forbiddenNow(
          "Forget Commit: the commit to be forgotten must be in an output repo");
    }
    if (!BranchRows.at(tx(), commit.key()).isEmpty()) {
      throw Refusal.forbiddenNow("Forget Commit: " + Change.FORGOTTEN_HEAD);
    }
    if (!commit.isFinished()) {
      throw Refusal.forbiddenNow("Forget Commit: commit " + commit.name() + " is not finished");
    }
    CommitRows.forget(tx(), commit.key());
  }
}
