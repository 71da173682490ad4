package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A position at a node of a chosen level of a [KeyTree], which can move to its neighbours.
final class KeyCursor {
  private final KeyTree tree;
  private final Root root;
  private final int level;
  private final List<Frame> path = new ArrayList<>();

  /// At the node of `level` that holds `key` or would hold it.
  KeyCursor(KeyTree tree, Root root, int level, Bytes key) {
    this.tree = tree;
    this.root = root;
    this.level = level;
    seek(key);
  }

  private void seek(Bytes key) {
    var node = tree.load(root.present());
    while (node.level() > level) {
      int at = Math.min(node.search(key), node.items().size() - 1);
      path.add(new Frame(node, at));
      node = tree.load(node.items().get(at).refs().getFirst());
    }
    path.add(new Frame(node, 0));
  }

  KeyNode node() {
    return path.getLast().node;
  }

  /// Whether the move was possible.
  boolean move(int step) {
    int up = path.size() - 2;
    while (up >= 0 && !path.get(up).has(step)) {
      up--;
    }
    if (up < 0) {
      return false;
    }
    path.subList(up + 1, path.size()).clear();
    path.getLast().at += step;
    var node = tree.load(child(path.getLast()));
    while (node.level() > level) {
      path.add(new Frame(node, step > 0 ? 0 : node.items().size() - 1));
      node = tree.load(child(path.getLast()));
    }
    path.add(new Frame(node, 0));
    return true;
  }

  /// The node before this one, without moving.
  @Nullable KeyNode before() {
    var saved = path.stream().map(Frame::copy).toList();
    boolean moved = move(-1);
    var node = moved ? node() : null;
    path.clear();
    path.addAll(saved);
    return node;
  }

  private static Ref child(Frame frame) {
    return frame.node.items().get(frame.at).refs().getFirst();
  }

  private static final class Frame {
    final KeyNode node;
    int at;

    Frame(KeyNode node, int at) {
      this.node = node;
      this.at = at;
    }

    boolean has(int step) {
      return at + step >= 0 && at + step < node.items().size();
    }

    Frame copy() {
      return new Frame(node, at);
    }
  }
}
