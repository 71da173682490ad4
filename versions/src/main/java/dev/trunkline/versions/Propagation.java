package dev.trunkline.versions;

import dev.trunkline.base.Check;
import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.BranchEdgeRows.Edge;
import dev.trunkline.versions.BranchRows.BranchRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What follows from moved branches: every branch downstream gets one open commit of the same set.
/// A fixed number of statements, however many branches follow.
final class Propagation {
  private final Tx tx;
  private final String set;
  private final Map<Long, BranchRow> affected;
  private final Map<Long, List<Edge>> edges;
  private final Map<Long, BranchRow> sources;

  private Propagation(Tx tx, String set, Collection<Long> moved) {
    this.tx = tx;
    this.set = set;
    affected = byKey(BranchRows.all(tx, BranchEdgeRows.affected(tx, moved)));
    edges = BranchEdgeRows.into(tx, affected.keySet());
    var upstream = new LinkedHashSet<Long>();
    edges.values().forEach(list -> list.forEach(edge -> upstream.add(edge.upstream())));
    sources = byKey(BranchRows.all(tx, upstream));
  }

  private static Map<Long, BranchRow> byKey(List<BranchRow> rows) {
    return rows.stream()
        .collect(Collectors.toMap(BranchRow::key, r -> r, (a, _) -> a, LinkedHashMap::new));
  }

  /// Opens the commits that follow, sources first, and returns their keys.
  static List<Long> propagate(Tx tx, String set, Collection<Long> moved) {
    return moved.isEmpty() ? List.of() : new Propagation(tx, set, moved).open();
  }

  private List<Long> open() {
    var branches = new ArrayList<BranchRow>();
    var depth = new HashMap<Long, Integer>();
    affected.values().stream()
        .filter(this::mustMove)
        .sorted(java.util.Comparator.comparingInt(branch -> depth(branch.key(), depth)))
        .forEach(branches::add);
    if (branches.isEmpty()) {
      return List.of();
    }
    checkOnePerRepo(branches);
    var commits =
        CommitRows.insertAll(tx, set, branches.stream().map(Propagation::following).toList());
    var heads = new LinkedHashMap<Long, Long>();
    branches.forEach(branch -> heads.put(branch.key(), commits.get(branch.repo())));
    var provenance = new ArrayList<CommitEdgeRows.Edge>();
    heads.forEach(
        (branch, head) -> provenance.addAll(CommitEdgeRows.edges(head, above(branch, heads))));
    CommitEdgeRows.add(tx, provenance);
    BranchRows.moveHeads(tx, heads);
    return List.copyOf(heads.values());
  }

  /// What a commit of `branch` follows from: the new head of a source that moves, else its head.
  private List<Long> above(long branch, Map<Long, Long> heads) {
    return upstream(branch).map(source -> heads.getOrDefault(source.key(), source.head())).toList();
  }

  private Stream<BranchRow> upstream(long branch) {
    return edges.getOrDefault(branch, List.of()).stream()
        .map(edge -> Check.present(sources.get(edge.upstream()), "the source of an edge was read"));
  }

  /// A branch whose head is of this set already has followed; one that is made from the versions of
  /// its pipeline alone makes its commits itself.
  private boolean mustMove(BranchRow branch) {
    boolean followed = branch.headName().id().equals(set);
    boolean alone =
        upstream(branch.key())
            .allMatch(source -> source.name().repo().type().equals(RepoName.SPEC));
    return !followed && !alone;
  }

  private void checkOnePerRepo(List<BranchRow> branches) {
    var repos = new HashSet<Long>();
    CommitRows.ofSet(tx, set).forEach(commit -> repos.add(commit.repo()));
    for (var branch : branches) {
      if (!repos.add(branch.repo())) {
        throw secondCommit(branch.name());
      }
    }
  }

  static Refusal secondCommit(BranchName branch) {
    return Refusal.exists(
        "inconsistent dependencies: cannot create commit from %s; repo (%s) already has a commit in this transaction"
            .formatted(branch, branch.repo()));
  }

  private static CommitRows.New following(BranchRow branch) {
    return new CommitRows.New(
        branch.repo(),
        OptionalLong.of(branch.head()),
        OptionalLong.of(branch.key()),
        CommitInfo.Origin.AUTO,
        "");
  }

  private int depth(long branch, Map<Long, Integer> known) {
    var done = known.get(branch);
    if (done != null) {
      return done;
    }
    int depth = 0;
    for (var edge : edges.getOrDefault(branch, List.of())) {
      if (affected.containsKey(edge.upstream())) {
        depth = Math.max(depth, depth(edge.upstream(), known) + 1);
      }
    }
    known.put(branch, depth);
    return depth;
  }

  /// Refuses a graph in which two branches of a repo hang together.
  static void checkShape(Tx tx, Collection<Long> rewired) {
    var seen = new HashSet<Long>();
    for (long start : rewired) {
      if (seen.contains(start)) {
        continue;
      }
      var component = BranchEdgeRows.component(tx, start);
      seen.addAll(component);
      var repos = new HashSet<Long>();
      for (var branch : BranchRows.all(tx, component)) {
        if (!repos.add(branch.repo())) {
          throw Refusal.forbiddenNow(
              "multiple branches from the same repo, \"%s\", cannot participate in a DAG"
                  .formatted(branch.name().repo()));
        }
      }
    }
  }
}
