package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.BranchRows.BranchRow;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// What follows from moved branches: every branch downstream gets one open commit of the same set.
final class Propagation {
  private Propagation() {}

  /// Opens the commits that follow, sources first, and returns them.
  static List<CommitRow> propagate(Tx tx, Collection<Long> moved) {
    var affected = new LinkedHashMap<Long, BranchRow>();
    var queue = new ArrayDeque<>(moved);
    while (!queue.isEmpty()) {
      for (var branch : BranchRows.downstream(tx, queue.poll())) {
        if (affected.put(branch.key(), branch) == null) {
          queue.add(branch.key());
        }
      }
    }
    var opened = new ArrayList<CommitRow>();
    for (var branch : sorted(tx, affected)) {
      var head = CommitRows.find(tx, branch.head()).orElseThrow();
      if (head.name().id().equals(tx.id())) {
        continue;
      }
      opened.add(open(tx, branch));
    }
    return opened;
  }

  private static CommitRow open(Tx tx, BranchRow branch) {
    var heads =
        BranchRows.upstream(tx, branch.key()).stream()
            .map(b -> BranchRows.find(tx, b.key()).orElseThrow().head())
            .distinct()
            .toList();
    long commit =
        CommitRows.insert(
            tx,
            new CommitRows.New(
                branch.repo(),
                OptionalLong.of(branch.head()),
                OptionalLong.of(branch.key()),
                CommitInfo.Origin.AUTO,
                ""));
    CommitRows.addProvenance(tx, commit, heads);
    BranchRows.moveHead(tx, branch.key(), commit);
    return CommitRows.find(tx, commit).orElseThrow();
  }

  /// The affected branches, each after those of its sources that are affected too.
  private static List<BranchRow> sorted(Tx tx, Map<Long, BranchRow> affected) {
    var depth = new HashMap<Long, Integer>();
    return affected.values().stream()
        .sorted(Comparator.comparingInt(branch -> depth(tx, branch.key(), affected, depth)))
        .toList();
  }

  private static int depth(
      Tx tx, long branch, Map<Long, BranchRow> affected, Map<Long, Integer> known) {
    var done = known.get(branch);
    if (done != null) {
      return done;
    }
    int depth =
        BranchRows.upstream(tx, branch).stream()
            .filter(b -> affected.containsKey(b.key()))
            .mapToInt(b -> depth(tx, b.key(), affected, known) + 1)
            .max()
            .orElse(0);
    known.put(branch, depth);
    return depth;
  }

  /// Refuses a graph in which a branch follows from itself, or two branches of a repo hang
  /// together.
  static void checkShape(Tx tx, long start) {
    var below = closure(tx, start, false);
    if (below.containsKey(start)) {
      var name = below.get(start).name();
      throw Refusal.forbiddenNow(
          "cycle detected because " + name + " is already in the subvenance of " + name);
    }
    var seen = new LinkedHashMap<Long, BranchRow>();
    var queue = new ArrayDeque<>(List.of(start));
    BranchRows.find(tx, start).ifPresent(b -> seen.put(start, b));
    while (!queue.isEmpty()) {
      long key = queue.poll();
      var near = new ArrayList<>(BranchRows.upstream(tx, key));
      near.addAll(BranchRows.downstream(tx, key));
      for (var branch : near) {
        if (seen.put(branch.key(), branch) == null) {
          queue.add(branch.key());
        }
      }
    }
    var repos = new HashMap<Long, BranchRow>();
    for (var branch : seen.values()) {
      if (repos.put(branch.repo(), branch) != null) {
        throw Refusal.forbiddenNow(
            "multiple branches from the same repo, \"%s\", cannot participate in a DAG"
                .formatted(branch.name().repo()));
      }
    }
  }

  /// The branches that can be reached from `start`, nearest first.
  static Map<Long, BranchRow> closure(Tx tx, long start, boolean upstream) {
    var found = new LinkedHashMap<Long, BranchRow>();
    var queue = new ArrayDeque<>(List.of(start));
    while (!queue.isEmpty()) {
      long key = queue.poll();
      var near = upstream ? BranchRows.upstream(tx, key) : BranchRows.downstream(tx, key);
      for (var branch : near) {
        if (found.putIfAbsent(branch.key(), branch) == null) {
          queue.add(branch.key());
        }
      }
    }
    return found;
  }
}
