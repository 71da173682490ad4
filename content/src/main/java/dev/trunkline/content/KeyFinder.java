package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks keys up in one [KeyTree]; keys that lie near the one before cost no new path.
final class KeyFinder {
  private final KeyTree tree;
  private final Root root;
  private final List<Frame> path = new ArrayList<>();

  KeyFinder(KeyTree tree, Root root) {
    this.tree = tree;
    this.root = root;
  }

  Optional<Item> find(Bytes key) {
    if (root.isEmpty()) {
      return Optional.empty();
    }
    while (path.size() > 1 && !path.getLast().covers(key)) {
      path.removeLast();
    }
    if (path.isEmpty()) {
      path.add(new Frame(tree.top(root), null, null));
    }
    while (true) {
      var node = path.getLast().node;
      int at = node.search(key);
      if (at == node.size()) {
        return Optional.empty();
      }
      var item = node.item(at);
      if (node.level() == 0) {
        return item.key().equals(key) ? Optional.of(item) : Optional.empty();
      }
      var above = at == 0 ? path.getLast().above : node.item(at - 1).key();
      path.add(new Frame(tree.child(item, node.level()), above, item.key()));
    }
  }

  /// A node, and between which keys it lies: above the first and up to the second.
  private record Frame(KeyNode node, @Nullable Bytes above, @Nullable Bytes upTo) {
    boolean covers(Bytes key) {
      return (above == null || key.compareTo(above) > 0)
          && (upTo == null || key.compareTo(upTo) <= 0);
    }
  }
}
