package dev.trunkline.versions;

import dev.trunkline.base.Check;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.BranchRows.BranchRow;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// A change to versioned data: one transaction, one commit set, one time. What follows downstream
/// from the branches that it moved is done when it ends.
public final class Change {
  private final Tx tx;
  private final Optional<CommitHooks> hooks;
  private final Set<Long> moved = new LinkedHashSet<>();

  Change(Tx tx, Optional<CommitHooks> hooks) {
    this.tx = tx;
    this.hooks = hooks;
    tx.structural();
    tx.beforeCommit(this::propagate);
  }

  /// The transaction.
  public Tx tx() {
    return tx;
  }

  private void propagate() {
    for (var commit : Propagation.propagate(tx, moved)) {
      hooks.ifPresent(h -> h.opened(this, commit.info(tx)));
    }
  }

  /// Makes a repo, or with `update` changes the description of one that exists.
  public void createRepo(RepoName repo, String description, boolean update) {
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

  /// Deletes a repo and the system repos beside it; false where there is none.
  public boolean deleteRepo(RepoName repo, boolean force) {
    var doomed = new ArrayList<RepoRows.RepoRow>();
    var types =
        repo.type().equals(RepoName.USER)
            ? List.of(RepoName.META, RepoName.SPEC, RepoName.USER)
            : List.of(repo.type());
    types.forEach(type -> RepoRows.find(tx, repo.as(type)).ifPresent(doomed::add));
    if (RepoRows.find(tx, repo).isEmpty()) {
      return false;
    }
    var keys = doomed.stream().map(RepoRows.RepoRow::key).toList();
    for (var row : doomed) {
      for (var branch : BranchRows.ofRepo(tx, row.key())) {
        var users =
            BranchRows.downstream(tx, branch.key()).stream()
                .filter(b -> !keys.contains(b.repo()))
                .toList();
        if (!force && !users.isEmpty()) {
          throw inUse(branch, users);
        }
      }
    }
    for (var row : doomed) {
      BranchRows.ofRepo(tx, row.key()).forEach(branch -> BranchRows.delete(tx, branch.key()));
      RepoRows.delete(tx, row.key());
    }
    return true;
  }

  private static Refusal inUse(BranchRow branch, List<BranchRow> users) {
    return Refusal.forbiddenNow(
        "branch \"%s\" cannot be deleted because it's in the direct provenance of %s"
            .formatted(branch.name(), users.stream().map(BranchRow::name).toList()));
  }

  /// Deletes a branch; its commits stay.
  public void deleteBranch(BranchName name, boolean force) {
    var branch = BranchRows.find(tx, name).orElseThrow(() -> Missing.branch(name));
    var users = BranchRows.downstream(tx, branch.key());
    if (!force && !users.isEmpty()) {
      throw inUse(branch, users);
    }
    BranchRows.delete(tx, branch.key());
  }

  /// Makes or changes a branch: its direct provenance becomes `provenance`, its head `head` where
  /// given.
  public void createBranch(
      BranchName name, Optional<CommitHandle> head, List<BranchName> provenance) {
    Names.checkBranch(name.name());
    var repo = RepoRows.find(tx, name.repo()).orElseThrow(() -> missingRepo(name.repo()));
    var target = head.map(handle -> head(name, handle));
    var upstream = new ArrayList<BranchRow>();
    for (var source : new LinkedHashSet<>(provenance)) {
      upstream.add(source(name, source));
    }
    var existing = BranchRows.find(tx, name);
    var before = existing.map(b -> BranchRows.upstream(tx, b.key())).orElse(List.of());
    var keys = upstream.stream().map(BranchRow::key).toList();
    boolean rewired =
        !new LinkedHashSet<>(keys)
            .equals(new LinkedHashSet<>(before.stream().map(BranchRow::key).toList()));
    var parent = target.map(CommitRow::key).or(() -> existing.map(BranchRow::head));
    boolean fresh = parent.isEmpty() || (rewired && !upstream.isEmpty());
    long commit =
        fresh
            ? automatic(repo.key(), parent, upstream)
            : Check.present(parent.orElse(null), "a branch has a head");
    long branch;
    if (existing.isPresent()) {
      branch = existing.get().key();
      BranchRows.moveHead(tx, branch, commit);
    } else {
      branch = BranchRows.insert(tx, repo.key(), name.name(), commit);
    }
    if (fresh) {
      CommitRows.setBranch(tx, commit, branch);
    }
    BranchRows.setProvenance(tx, branch, keys);
    Propagation.checkShape(tx, branch);
    if (fresh || target.isPresent()) {
      moved.add(branch);
    }
    if (fresh && !upstream.isEmpty()) {
      var opened = CommitRows.find(tx, commit).orElseThrow();
      tx.beforeCommit(() -> hooks.ifPresent(h -> h.opened(this, opened.info(tx))));
    }
  }

  private static Refusal missingRepo(RepoName repo) {
    return Refusal.notFound(
        "repo (id=0, project=%s, name=%s, type=%s) not found"
            .formatted(repo.project(), repo.name(), repo.type()));
  }

  private CommitRow head(BranchName name, CommitHandle handle) {
    if (!handle.repo().equals(name.repo())) {
      throw Refusal.invalid("branch and head commit must belong to the same repo");
    }
    return Resolver.resolve(tx, handle);
  }

  /// A branch of a provenance, made with an empty head where it does not exist.
  private BranchRow source(BranchName name, BranchName source) {
    if (source.repo().equals(name.repo())) {
      throw Refusal.invalid(
          "repo " + name.repo() + " cannot be in the provenance of its own branch");
    }
    var found = BranchRows.find(tx, source);
    if (found.isEmpty()) {
      if (RepoRows.find(tx, source.repo()).isEmpty()) {
        throw Missing.repo(source.repo());
      }
      createBranch(source, Optional.empty(), List.of());
      found = BranchRows.find(tx, source);
    }
    return found.orElseThrow();
  }

  /// An empty commit that follows from what is upstream: open where there is any, closed otherwise.
  private long automatic(long repo, Optional<Long> parent, List<BranchRow> upstream) {
    var existing = CommitRows.find(tx, repo, tx.id());
    if (existing.isPresent()) {
      return existing.get().key();
    }
    var above = parent.map(OptionalLong::of).orElse(OptionalLong.empty());
    long commit =
        CommitRows.insert(
            tx, new CommitRows.New(repo, above, OptionalLong.empty(), CommitInfo.Origin.AUTO, ""));
    CommitRows.addProvenance(
        tx, commit, upstream.stream().map(BranchRow::head).distinct().toList());
    if (upstream.isEmpty()) {
      CommitRows.setFinishing(tx, commit, "", "");
      CommitRows.setFinished(tx, commit, OptionalLong.empty(), Root.EMPTY, Root.EMPTY);
    }
    return commit;
  }

  /// Starts a commit on a branch, which is made where it does not exist.
  public CommitInfo startCommit(
      BranchName name, Optional<CommitHandle> parent, String description) {
    if (name.name().isEmpty()) {
      throw Refusal.invalid("branch must be specified");
    }
    var repo = RepoRows.find(tx, name.repo()).orElseThrow(() -> Missing.repo(name.repo()));
    Names.checkBranch(name.name());
    var branch = BranchRows.find(tx, name);
    if (branch.isPresent() && !BranchRows.upstream(tx, branch.get().key()).isEmpty()) {
      throw Refusal.forbiddenNow("cannot start a commit on an output branch: " + name);
    }
    var above =
        parent
            .map(handle -> Resolver.resolve(tx, handle))
            .or(() -> branch.flatMap(b -> CommitRows.find(tx, b.head())));
    above.filter(CommitRow::isOpen).ifPresent(Change::refuseOpenParent);
    if (CommitRows.find(tx, repo.key(), tx.id()).isPresent()) {
      throw Refusal.exists(
          "inconsistent dependencies: cannot create commit from %s; repo (%s) already has a commit in this transaction"
              .formatted(name, name.repo()));
    }
    var key = above.map(c -> OptionalLong.of(c.key())).orElse(OptionalLong.empty());
    long commit =
        CommitRows.insert(
            tx,
            new CommitRows.New(
                repo.key(), key, OptionalLong.empty(), CommitInfo.Origin.USER, description));
    long moving =
        branch
            .map(BranchRow::key)
            .orElseGet(() -> BranchRows.insert(tx, repo.key(), name.name(), commit));
    BranchRows.moveHead(tx, moving, commit);
    CommitRows.setBranch(tx, commit, moving);
    moved.add(moving);
    return CommitRows.find(tx, commit).orElseThrow().info(tx);
  }

  private static void refuseOpenParent(CommitRow parent) {
    throw Refusal.forbiddenNow("parent commit " + parent.name() + " has not been finished");
  }

  /// Closes a commit; its files are assembled in the background.
  public void finishCommit(CommitHandle handle, String description, String error) {
    var commit = Resolver.resolve(tx, handle);
    if (!commit.isOpen()) {
      throw finished(commit);
    }
    CommitRows.setFinishing(tx, commit.key(), error, description);
  }

  private static Refusal finished(CommitRow commit) {
    return Refusal.forbiddenNow("commit " + commit.name() + " has already finished");
  }

  /// Adds what a stream wrote to an open commit.
  void addLayer(long key, Root layer) {
    var commit = CommitRows.find(tx, key).orElseThrow();
    if (!commit.isOpen()) {
      throw finished(commit);
    }
    if (!layer.isEmpty()) {
      CommitRows.addLayer(tx, key, layer);
    }
  }

  /// Gives an open commit its whole result and closes it.
  public void finishWith(CommitName name, Root fileSet, String error) {
    var commit = Resolver.resolve(tx, CommitHandle.of(name));
    addLayer(commit.key(), fileSet);
    CommitRows.setFinishing(tx, commit.key(), error, "");
  }

  void finished(long key, OptionalLong base, Root total, Root diff) {
    CommitRows.setFinished(tx, key, base, total, diff);
    CommitRows.dropLayers(tx, key);
    var info = CommitRows.find(tx, key).orElseThrow().info(tx);
    hooks.ifPresent(h -> h.finished(this, info));
  }

  /// Adds an empty finished commit to a branch, which it makes where it does not exist.
  public CommitInfo emptyCommit(BranchName name) {
    var started = startCommit(name, Optional.empty(), "");
    CommitRows.setFinishing(tx, started.key(), "", "");
    CommitRows.setFinished(tx, started.key(), OptionalLong.empty(), Root.EMPTY, Root.EMPTY);
    return started;
  }
}
