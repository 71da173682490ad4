package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import java.util.ArrayDeque;
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

  /// Whether nodes of all levels below `level` end with `key`.
  boolean endsBelow(Bytes key, int level) {
    for (int below = 0; below < level; below++) {
      if (!ends(key, below)) {
        return false;
      }
    }
    return true;
  }

  /// Cuts one run into nodes.
  List<KeyNode> cut(List<Item> run, int level) {
    if (run.size() <= most) {
      return List.of(KeyNode.of(level, run));
    }
    var hashes = run.stream().mapToLong(item -> hash(item.key(), level)).toArray();
    var nodes = new ArrayList<KeyNode>();
    var rest = new ArrayDeque<int[]>();
    rest.push(new int[] {0, run.size()});
    while (!rest.isEmpty()) {
      int[] part = rest.pop();
      if (part[1] - part[0] <= most) {
        nodes.add(KeyNode.of(level, run.subList(part[0], part[1])));
        continue;
      }
      int smallest = part[0];
      for (int i = part[0]; i + 1 < part[1]; i++) {
        smallest = Long.compareUnsigned(hashes[i], hashes[smallest]) < 0 ? i : smallest;
      }
      rest.push(new int[] {smallest + 1, part[1]});
      rest.push(new int[] {part[0], smallest + 1});
    }
    return nodes;
  }
}
