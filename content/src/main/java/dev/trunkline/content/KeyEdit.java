package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Applies sorted edits to a [KeyTree] in one pass, which copies the tree into a [KeyBuilder].
///
/// 1. A subtree is taken over by its pointer where no edit falls into it and it begins and ends
///    with whole runs on every level, as does what was built so far; it is not read.
/// 2. So are neighbours of one node that form whole runs only together.
/// 3. Everything else is opened: the nodes on the paths of edits, and now and then a neighbour.
final class KeyEdit {
  private final KeyTree tree;
  private final Iterator<Edit> edits;
  private final KeyBuilder builder;
  private @Nullable Edit next;

  /// The edits come in the order of their keys.
  KeyEdit(KeyTree tree, Iterator<Edit> edits, KeyBuilder builder) {
    this.tree = tree;
    this.edits = edits;
    this.builder = builder;
    advance();
  }

  private void advance() {
    next = edits.hasNext() ? edits.next() : null;
  }

  Root apply(Root root) {
    if (next == null) {
      return root;
    }
    if (!root.isEmpty()) {
      copy(tree.top(root), null, true);
    }
    while (next != null) {
      next.item.ifPresent(builder::add);
      advance();
    }
    return builder.finish();
  }

  /// Copies what lies below a node.
  ///
  /// @param before the last key before the node; null where it is the first one
  /// @param last whether no node follows
  private void copy(KeyNode node, @Nullable Bytes before, boolean last) {
    if (node.level() == 0) {
      merge(node);
      return;
    }
    var behind = before;
    for (int at = 0; at < node.size(); ) {
      int end = takenOver(node, at, behind, last);
      for (int i = at; i < end; i++) {
        builder.take(node.level(), node.item(i));
      }
      if (end == at) {
        copy(tree.child(node.item(at), node.level()), behind, last && at == node.size() - 1);
        end++;
      }
      at = end;
      behind = node.item(end - 1).key();
    }
  }

  /// Up to where the items from `from` on can be taken over together; `from` where they can not.
  private int takenOver(KeyNode node, int from, @Nullable Bytes before, boolean last) {
    var boundaries = tree.boundaries();
    boolean begins =
        builder.takes(node.level())
            && (before == null || boundaries.endsBelow(before, node.level()));
    for (int at = from; begins && at < node.size() && untouched(node.item(at).key()); at++) {
      boolean end = last && at == node.size() - 1 && next == null;
      if (end || boundaries.endsBelow(node.item(at).key(), node.level())) {
        return at + 1;
      }
    }
    return from;
  }

  private boolean untouched(Bytes key) {
    return next == null || next.key.compareTo(key) > 0;
  }

  private void merge(KeyNode leaf) {
    for (int i = 0; i < leaf.size(); i++) {
      var item = leaf.item(i);
      while (next != null && next.key.compareTo(item.key()) < 0) {
        next.item.ifPresent(builder::add);
        advance();
      }
      if (next != null && next.key.equals(item.key())) {
        next.item.ifPresent(builder::add);
        advance();
      } else {
        builder.add(item);
      }
    }
  }

  /// A present item is put, an absent one means that the key goes.
  record Edit(Bytes key, Optional<Item> item) {
    static Edit put(Item item) {
      return new Edit(item.key(), Optional.of(item));
    }
  }
}
