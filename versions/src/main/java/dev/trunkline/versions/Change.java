package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/// A change to versioned data: one transaction, one commit set, one time. What follows downstream
/// from the branches that it moved is done when it ends.
public final class Change {
  static final String FORGOTTEN_HEAD =
      "list branch in transaction: for each branch: the branch head cannot be a forgotten commit";

  private final Tx tx;
  private final String set;
  private final Optional<CommitHooks> hooks;
  private final Set<Long> moved = new LinkedHashSet<>();
  private final Set<Long> rewired = new LinkedHashSet<>();
  private final Set<Long> opened = new LinkedHashSet<>();
  private final RepoChange repos = new RepoChange(this);
  private final BranchChange branches = new BranchChange(this);
  private final CommitChange commits = new CommitChange(this);
  private final CommitRemoval removal = new CommitRemoval(this);

  Change(Tx tx, String set, Optional<CommitHooks> hooks) {
    this.tx = tx;
    this.set = set;
    this.hooks = hooks;
    tx.structural();
    tx.beforeCommit(this::settle);
  }

  /// The transaction.
  public Tx tx() {
    return tx;
  }

  /// The id of every commit that this change makes.
  public String set() {
    return set;
  }

  private void settle() {
    Propagation.checkShape(tx, rewired);
    opened.addAll(Propagation.propagate(tx, set, moved));
    if (BranchRows.anyForgotten(tx, moved)) {
      throw Refusal.forbiddenNow(FORGOTTEN_HEAD);
    }
    if (hooks.isPresent() && !opened.isEmpty()) {
      var infos = CommitRows.infos(tx, CommitRows.all(tx, opened));
      infos.forEach(info -> hooks.get().opened(this, info));
    }
  }

  /// Notes that the head of a branch moved.
  void moved(long branch) {
    moved.add(branch);
  }

  /// Whether something follows from this change that it has not done yet.
  boolean hasMoved() {
    return !moved.isEmpty();
  }

  /// Notes that the sources of a branch changed.
  void rewired(long branch) {
    rewired.add(branch);
  }

  /// Notes that a commit was made that follows from others.
  void opened(long commit) {
    opened.add(commit);
  }

  Optional<CommitHooks> hooks() {
    return hooks;
  }

  /// Makes a repo, or with `update` changes the description of one that exists.
  public void createRepo(RepoName repo, String description, boolean update) {
    repos.create(repo, description, update);
  }

  /// Refuses a repo that does not exist, or whose project does not; what this change made does.
  public void requireRepo(RepoName repo) {
    if (RepoRows.find(tx, repo).isEmpty()) {
      throw RepoRows.project(tx, repo.project()).isEmpty()
          ? Missing.project(repo.project())
          : Missing.repo(repo);
    }
  }

  /// Deletes a repo and the system repos beside it; false where there is none.
  public boolean deleteRepo(RepoName repo, boolean force) {
    return !repos.delete(List.of(repo), force).isEmpty();
  }

  /// Deletes many repos as one, and names those that went.
  public List<RepoName> deleteRepos(List<RepoName> doomed, boolean force) {
    return repos.delete(doomed, force);
  }

  /// Makes or changes a branch: its direct provenance becomes `provenance`, its head `head` where
  /// given.
  public void createBranch(
      BranchName name, Optional<CommitHandle> head, List<BranchName> provenance) {
    branches.create(new BranchDraft(name, head, provenance, Set.of(), Optional.empty()));
  }

  /// Makes or changes a branch as drafted.
  public void createBranch(BranchDraft draft) {
    branches.create(draft);
  }

  /// Deletes a branch; its commits stay.
  public void deleteBranch(BranchName name, boolean force) {
    branches.delete(name, force);
  }

  /// Starts a commit on a branch, which is made where it does not exist.
  public CommitInfo startCommit(
      BranchName name, Optional<CommitHandle> parent, String description) {
    return commits.start(name, parent, description);
  }

  /// Closes a commit; its files are assembled in the background.
  public void finishCommit(CommitHandle handle, String description, String error) {
    commits.finish(handle, description, error, _ -> false);
  }

  /// Closes a commit as a user asks for it: not one that a job of a repo in `ownedByPipeline` will
  /// close.
  public void finishCommit(
      CommitHandle handle, String description, String error, Predicate<RepoName> ownedByPipeline) {
    commits.finish(handle, description, error, ownedByPipeline);
  }

  /// Whether a commit is still to be finished; false where it is no more.
  public boolean isUnfinished(CommitName name) {
    return RepoRows.find(tx, name.repo())
        .flatMap(repo -> CommitRows.find(tx, repo.key(), name.id()))
        .filter(commit -> !commit.isFinished())
        .isPresent();
  }

  /// Gives an open commit its whole result and closes it.
  public void finishWith(CommitName name, Root fileSet, String error) {
    var commit = Resolver.resolve(tx, CommitHandle.of(name));
    addLayer(commit.key(), fileSet);
    CommitRows.setFinishing(tx, commit.key(), error, "");
  }

  /// Adds an empty finished commit to a branch, which it makes where it does not exist.
  public CommitInfo emptyCommit(BranchName name) {
    return commits.empty(name);
  }

  /// Takes back all that was written to an open commit.
  public void clearCommit(CommitHandle handle) {
    commits.clear(handle);
  }

  /// Takes the data of a commit away and keeps the rest of it.
  public void forgetCommit(CommitHandle handle) {
    commits.forget(handle);
  }

  /// Adds what a stream wrote to an open commit.
  void addLayer(long key, Root layer) {
    if (!layer.isEmpty() && LayerRows.add(tx, key, layer).isEmpty()) {
      throw CommitChange.finished(CommitRows.find(tx, key).orElseThrow());
    }
  }

  /// Adds a file set to an open commit.
  public void addFileSet(CommitHandle handle, Root edits) {
    var commit = Resolver.resolve(tx, handle);
    if (!commit.isOpen()) {
      throw CommitChange.finished(commit);
    }
    addLayer(commit.key(), edits);
  }

  /// Removes every commit of a set: with `drop` their data is lost, otherwise their children have
  /// it.
  public void removeSet(String id, boolean drop) {
    removal.set(id, drop);
  }

  /// Removes a commit and, where `recursive`, all that was made from it.
  public void removeCommit(CommitHandle handle, boolean recursive, boolean drop) {
    removal.commit(handle, recursive, drop);
  }

  void finished(long key, OptionalLong base, Root total, Root diff) {
    CommitRows.setFinished(tx, key, base, total, diff);
    LayerRows.drop(tx, key);
    var info = CommitRows.find(tx, key).orElseThrow().info(tx);
    if (info.error().isEmpty()) {
      Triggers.fire(this, info);
    }
    hooks.ifPresent(h -> h.finished(this, info));
  }
}
