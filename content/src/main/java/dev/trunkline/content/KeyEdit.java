package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Applies sorted changes to a [KeyTree], level by level.
///
/// 1. At each level the runs that changes fall into are read whole: from a node after a natural
///    boundary to the next natural boundary that survives.
/// 2. Their items and the changes are merged and cut into nodes anew.
/// 3. The difference between old and new nodes is the change to the level above.
/// 4. The root is the node of the lowest level that has one node only.
final class KeyEdit {
  private final KeyTree tree;
  private final Appender appender;
  private final Boundaries boundaries;

  KeyEdit(KeyTree tree, Appender appender, Boundaries boundaries) {
    this.tree = tree;
    this.appender = appender;
    this.boundaries = boundaries;
  }

  Root apply(Root root, NavigableMap<Bytes, Optional<Item>> changes) {
    NavigableMap<Bytes, Optional<Item>> current = changes;
    for (int level = 0; ; level++) {
      if (current.isEmpty()) {
        return root;
      }
      boolean top = root.isEmpty() || level >= root.level();
      var next =
          root.isEmpty() || level > root.level()
              ? build(current, level)
              : edit(root, current, level);
      if (top) {
        var nodes = next.values().stream().flatMap(Optional::stream).toList();
        if (next.isEmpty()) {
          return root;
        }
        if (nodes.isEmpty()) {
          return Root.EMPTY;
        }
        if (nodes.size() == 1) {
          return lowest(nodes.getFirst());
        }
      }
      current = next;
    }
  }

  /// Follows single children down to the first node that has several items or is a leaf.
  private Root lowest(Item pointer) {
    var item = pointer;
    var node = tree.load(item.refs().getFirst());
    while (node.level() > 0 && node.items().size() == 1) {
      item = node.items().getFirst();
      node = tree.load(item.refs().getFirst());
    }
    return new Root(item.refs().getFirst(), item.content(), node.level(), item.summary());
  }

  private NavigableMap<Bytes, Optional<Item>> build(
      NavigableMap<Bytes, Optional<Item>> changes, int level) {
    var out = new TreeMap<Bytes, Optional<Item>>();
    write(changes.values().stream().flatMap(Optional::stream).toList(), level, out);
    return out;
  }

  private NavigableMap<Bytes, Optional<Item>> edit(
      Root root, NavigableMap<Bytes, Optional<Item>> changes, int level) {
    var out = new TreeMap<Bytes, Optional<Item>>();
    var rest = changes;
    while (!rest.isEmpty()) {
      var cursor = new KeyCursor(tree, root, level, rest.firstKey());
      for (var before = cursor.before(); before != null; before = cursor.before()) {
        if (boundaries.ends(before.last().key(), level)) {
          break;
        }
        cursor.move(-1);
      }
      rest = editRun(cursor, rest, level, out);
    }
    return out;
  }

  /// Rewrites one run and returns the changes that lie behind it.
  private NavigableMap<Bytes, Optional<Item>> editRun(
      KeyCursor cursor,
      NavigableMap<Bytes, Optional<Item>> changes,
      int level,
      NavigableMap<Bytes, Optional<Item>> out) {
    var rest = changes;
    var items = new ArrayList<Item>();
    var old = new ArrayList<Bytes>();
    boolean more = true;
    while (more) {
      var node = cursor.node();
      var last = node.last().key();
      old.add(last);
      more = cursor.move(1);
      var here = more ? rest.headMap(last, true) : rest;
      merge(node.items(), here, items);
      rest = more ? rest.tailMap(last, false) : new TreeMap<>();
      boolean oldEnd = boundaries.ends(last, level);
      boolean newEnd = items.isEmpty() || boundaries.ends(items.getLast().key(), level);
      if (oldEnd && newEnd) {
        break;
      }
    }
    var fresh = new TreeMap<Bytes, Optional<Item>>();
    old.forEach(key -> fresh.put(key, Optional.empty()));
    write(items, level, fresh);
    out.putAll(fresh);
    return rest;
  }

  private static void merge(
      List<Item> items, NavigableMap<Bytes, Optional<Item>> changes, List<Item> out) {
    var edits = changes.entrySet().iterator();
    var edit = edits.hasNext() ? edits.next() : null;
    for (var item : items) {
      while (edit != null && edit.getKey().compareTo(item.key()) < 0) {
        edit.getValue().ifPresent(out::add);
        edit = edits.hasNext() ? edits.next() : null;
      }
      if (edit != null && edit.getKey().equals(item.key())) {
        edit.getValue().ifPresent(out::add);
        edit = edits.hasNext() ? edits.next() : null;
      } else {
        out.add(item);
      }
    }
    while (edit != null) {
      edit.getValue().ifPresent(out::add);
      edit = edits.hasNext() ? edits.next() : null;
    }
  }

  private void write(List<Item> items, int level, NavigableMap<Bytes, Optional<Item>> out) {
    for (var node : boundaries.cut(items, level)) {
      var stored = node.toNode();
      var ref = appender.append(RecordKind.NODE, stored.identity(), stored.encode());
      tree.remember(ref, node);
      out.put(node.last().key(), Optional.of(node.pointer(ref)));
    }
  }
}
