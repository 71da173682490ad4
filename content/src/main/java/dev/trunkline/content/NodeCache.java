package dev.trunkline.content;

import dev.trunkline.base.Hash;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The nodes used last, up to a number of bytes. Its parts have locks of their own, which nobody
/// holds while a node is read.
final class NodeCache {
  private static final int PARTS = 16;
  private static final long MOST = 128L << 20;

  /// What an item takes on the heap beside its bytes, about.
  private static final int ITEM_OVERHEAD = 160;

  private final Part[] parts = new Part[PARTS];

  /// Takes an eighth of the heap at most.
  NodeCache() {
    this(Math.min(MOST, Runtime.getRuntime().maxMemory() / 8));
  }

  /// Takes `budget` bytes, about.
  NodeCache(long budget) {
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Part(budget / PARTS);
    }
  }

  private Part part(Hash hash) {
    return parts[(int) hash.prefix() & (PARTS - 1)];
  }

  @Nullable KeyNode get(Hash hash) {
    return part(hash).get(hash);
  }

  /// @param bytes length of the node's stored form
  void put(Hash hash, KeyNode node, int bytes) {
    part(hash).put(hash, new Held(node, bytes + (long) node.size() * ITEM_OVERHEAD));
  }

  private record Held(KeyNode node, long bytes) {}

  private static final class Part {
    private final LinkedHashMap<Hash, Held> nodes = new LinkedHashMap<>(16, 0.75f, true);
    private final long budget;
    private long bytes;

    Part(long budget) {
      this.budget = budget;
    }

    synchronized @Nullable KeyNode get(Hash hash) {
      var held = nodes.get(hash);
      return held == null ? null : held.node;
    }

    synchronized void put(Hash hash, Held held) {
      var before = nodes.put(hash, held);
      bytes += held.bytes - (before == null ? 0 : before.bytes);
      while (bytes > budget) {
        var eldest = nodes.pollFirstEntry();
        bytes -= eldest.getValue().bytes;
      }
    }
  }
}
