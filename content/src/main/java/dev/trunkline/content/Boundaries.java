package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.List;

/// Decides from keys alone where nodes end, so that equal keys make equal trees.
///
/// A key ends a node with a chance of one in the target. A run without such a key that grows beyond
/// four times the target is cut after the key with the smallest hash, its last one excepted, and so
/// on.
final class Boundaries {
  private final long threshold;
  private final int most;

  Boundaries(int target) {
    threshold = Long.divideUnsigned(-1L, target);
    most = 4 * target;
  }

  private static long hash(Bytes key, int level) {
    return Hash.sha256(new byte[] {(byte) level}, key.array()).prefix();
  }

  boolean ends(Bytes key, int level) {
    return Long.compareUnsigned(hash(key, level), threshold) < 0;
  }

  /// Cuts the items of one or more whole runs into nodes.
  List<KeyNode> cut(List<Item> items, int level) {
    var nodes = new ArrayList<KeyNode>();
    int from = 0;
    for (int i = 0; i < items.size(); i++) {
      if (i + 1 == items.size() || ends(items.get(i).key(), level)) {
        cutRun(items.subList(from, i + 1), level, nodes);
        from = i + 1;
      }
    }
    return nodes;
  }

  private void cutRun(List<Item> run, int level, List<KeyNode> nodes) {
    if (run.size() <= most) {
      nodes.add(new KeyNode(level, List.copyOf(run)));
      return;
    }
    int smallest = 0;
    long least = -1L;
    for (int i = 0; i + 1 < run.size(); i++) {
      long hash = hash(run.get(i).key(), level);
      if (Long.compareUnsigned(hash, least) < 0) {
        least = hash;
        smallest = i;
      }
    }
    cutRun(run.subList(0, smallest + 1), level, nodes);
    cutRun(run.subList(smallest + 1, run.size()), level, nodes);
  }
}
