package dev.trunkline.versions;

import dev.trunkline.base.Check;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.BranchEdgeRows.Edge;
import dev.trunkline.versions.BranchRows.BranchRow;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Making, changing and deleting branches.
final class BranchChange {
  private final Change change;

  BranchChange(Change change) {
    this.change = change;
  }

  private Tx tx() {
    return change.tx();
  }

  void create(BranchDraft draft) {
    check(draft);
    var name = draft.name();
    var repo = RepoRows.find(tx(), name.repo()).orElseThrow(() -> missingRepo(name.repo()));
    var sources = sources(draft);
    var head = draft.head().map(this::head);
    var existing = BranchRows.find(tx(), name);
    var before = existing.map(b -> keys(BranchEdgeRows.upstream(tx(), b.key()))).orElse(Set.of());
    var parent = head.map(CommitRow::key).or(() -> existing.map(BranchRow::head));
    boolean fresh = parent.isEmpty() || (!sources.isEmpty() && !before.equals(keys(sources)));
    long target =
        fresh
            ? automatic(name, repo.key(), parent, sources)
            : Check.present(parent.orElse(null), "a branch has a head");
    long branch = place(draft, existing, repo.key(), target);
    if (fresh) {
      CommitRows.setBranch(tx(), target, branch);
    }
    connect(branch, draft, sources);
    draft.trigger().ifPresent(trigger -> Triggers.set(tx(), name, branch, trigger));
    if (fresh || head.isPresent()) {
      change.moved(branch);
    }
    if (fresh && !sources.isEmpty()) {
      change.opened(target);
    }
  }

  private long place(BranchDraft draft, Optional<BranchRow> existing, long repo, long target) {
    if (existing.isEmpty()) {
      return BranchRows.insert(tx(), repo, draft.name().name(), target);
    }
    BranchRows.moveHead(tx(), existing.get().key(), target);
    return existing.get().key();
  }

  private static Set<Long> keys(List<BranchRow> branches) {
    return branches.stream().map(BranchRow::key).collect(Collectors.toSet());
  }

  private static void check(BranchDraft draft) {
    var name = draft.name();
    if (draft.head().isPresent() && !draft.head().get().repo().equals(name.repo())) {
      throw Refusal.invalid("branch and head commit must belong to the same repo");
    }
    if (draft.trigger().isPresent()) {
      Triggers.check(name, draft.trigger().get());
      if (!draft.provenance().isEmpty()) {
        throw Refusal.invalid("a branch cannot have both provenance and a trigger");
      }
    }
    for (var never : draft.never()) {
      if (!draft.provenance().contains(never)) {
        throw Refusal.invalid(
            "branch propagation spec must reference provenant branch (referenced branch: "
                + never
                + ")");
      }
    }
    Names.checkBranch(name.name());
    draft.provenance().forEach(source -> Names.checkBranch(source.name()));
  }

  private static Refusal missingRepo(RepoName repo) {
    return Refusal.notFound(
        "repo (id=0, project=%s, name=%s, type=%s) not found"
            .formatted(repo.project(), repo.name(), repo.type()));
  }

  private CommitRow head(CommitHandle handle) {
    try {
      return Resolver.resolve(tx(), handle);
    } catch (Refusal e) {
      throw new Refusal("unable to inspect " + handle, e);
    }
  }

  /// The branches that it is to be made from, sorted; those that do not exist are made, empty.
  private List<BranchRow> sources(BranchDraft draft) {
    var names = new TreeSet<>(Comparator.comparing(BranchName::toString));
    names.addAll(draft.provenance());
    var sources = new ArrayList<BranchRow>();
    for (var source : names) {
      if (source.repo().equals(draft.name().repo())) {
        throw Refusal.invalid(
            "repo " + source.repo() + " cannot be in the provenance of its own branch");
      }
      if (BranchRows.find(tx(), source).isEmpty()) {
        if (RepoRows.find(tx(), source.repo()).isEmpty()) {
          throw Missing.repo(source.repo());
        }
        create(new BranchDraft(source, Optional.empty(), List.of(), Set.of(), Optional.empty()));
      }
      sources.add(BranchRows.find(tx(), source).orElseThrow());
    }
    return sources;
  }

  private void connect(long branch, BranchDraft draft, List<BranchRow> sources) {
    var below =
        new HashSet<>(
            BranchEdgeRows.closures(tx(), List.of(branch), false).getOrDefault(branch, List.of()));
    for (var source : sources) {
      if (below.contains(source.key())) {
        throw new Refusal(
            Refusal.Kind.CYCLE,
            "cycle detected because %s is already in the subvenance of %s"
                .formatted(source.name(), draft.name()));
      }
    }
    BranchEdgeRows.set(
        tx(),
        branch,
        sources.stream()
            .map(source -> new Edge(source.key(), draft.never().contains(source.name())))
            .toList());
    change.rewired(branch);
  }

  /// An empty commit that follows from `sources`: open where there are any, closed otherwise.
  private long automatic(
      BranchName branch, long repo, Optional<Long> parent, List<BranchRow> sources) {
    var existing = CommitRows.find(tx(), repo, change.set());
    boolean closed = sources.isEmpty();
    if (existing.isPresent()) {
      if (closed != existing.get().isFinished()) {
        throw Propagation.secondCommit(branch);
      }
      CommitEdgeRows.dropSources(tx(), existing.get().key());
    }
    var above = parent.map(OptionalLong::of).orElse(OptionalLong.empty());
    long commit = existing.map(CommitRow::key).orElseGet(() -> newCommit(repo, above));
    var heads = sources.stream().map(BranchRow::head).toList();
    CommitEdgeRows.add(tx(), CommitEdgeRows.edges(commit, heads));
    if (closed && existing.isEmpty()) {
      CommitRows.setFinishing(tx(), commit, "", "");
      CommitRows.setFinished(tx(), commit, OptionalLong.empty(), Root.EMPTY, Root.EMPTY);
    }
    return commit;
  }

  private long newCommit(long repo, OptionalLong parent) {
    return CommitRows.insert(
        tx(),
        change.set(),
        new CommitRows.New(repo, parent, OptionalLong.empty(), CommitInfo.Origin.AUTO, ""));
  }

  /// Makes an empty commit without a parent the head of `branches`, which lost theirs.
  void restart(List<BranchRow> branches) {
    var first = branches.getFirst();
    var sources = BranchEdgeRows.upstream(tx(), first.key());
    long commit = automatic(first.name(), first.repo(), Optional.empty(), sources);
    CommitRows.setBranch(tx(), commit, first.key());
    branches.forEach(branch -> BranchRows.moveHead(tx(), branch.key(), commit));
    if (!sources.isEmpty()) {
      change.opened(commit);
    }
  }

  void delete(BranchName name, boolean force) {
    var branch = BranchRows.find(tx(), name).orElseThrow(() -> Missing.branch(name));
    var users = BranchEdgeRows.downstream(tx(), branch.key());
    if (!force) {
      if (!users.isEmpty()) {
        throw inUse(branch, users);
      }
      checkTriggers(branch);
    }
    users.forEach(user -> change.rewired(user.key()));
    TriggerRows.dropWatchers(tx(), branch.repo(), name.name());
    BranchRows.delete(tx(), branch.key());
  }

  private void checkTriggers(BranchRow branch) {
    var watchers =
        TriggerRows.ofRepo(tx(), branch.repo()).stream()
            .filter(row -> row.trigger().source().equals(branch.name().name()))
            .map(row -> row.branch().name())
            .toList();
    if (!watchers.isEmpty()) {
      throw Refusal.forbiddenNow(
          "branch \"%s\" cannot be deleted because it is triggered by branches %s"
              .formatted(branch.name(), watchers));
    }
    TriggerRows.find(tx(), branch.key())
        .ifPresent(trigger -> {
          throw Refusal.forbiddenNow(
              "branch \"%s\" cannot be deleted because it triggers branches [%s]"
                  .formatted(
                      branch.name(), new BranchName(branch.name().repo(), trigger.source())));
        });
  }

  static Refusal inUse(BranchRow branch, List<BranchRow> users) {
    return Refusal.forbiddenNow(
        "branch \"%s\" cannot be deleted because it's in the direct provenance of %s"
            .formatted(branch.name(), users.stream().map(BranchRow::name).toList()));
  }
}
