package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Check;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds a [KeyTree] from left to right, in memory of one run on each level.
///
/// A level holds the items since the last key that ends a node there by itself: only then is known
/// how they are cut. Where all levels below one hold nothing, whole subtrees can be taken over.
final class KeyBuilder {
  private final KeyTree tree;
  private final @Nullable Appender appender;
  private final Boundaries boundaries;
  private final List<Level> levels = new ArrayList<>();
  private final boolean mayInline;

  /// The items so far, while they could stand in the entry of a parent.
  private @Nullable List<Item> held;

  private int weight;

  private KeyBuilder(KeyTree tree, @Nullable Appender appender, boolean mayInline) {
    this.tree = tree;
    this.appender = appender;
    this.boundaries = tree.boundaries();
    this.mayInline = mayInline;
    this.held = mayInline ? new ArrayList<>() : null;
  }

  /// Writes nodes to `appender`.
  KeyBuilder(KeyTree tree, Appender appender) {
    this(tree, appender, false);
  }

  /// Builds the tree of a directory, which has no nodes where it is small enough for the entry of
  /// its parent.
  static KeyBuilder ofDirectory(KeyTree tree, Appender appender) {
    return new KeyBuilder(tree, appender, true);
  }

  /// Stores no nodes: the root says content and sums, and cannot be read.
  static KeyBuilder measuring(KeyTree tree) {
    return new KeyBuilder(tree, null, false);
  }

  /// Adds an item behind all others.
  void add(Item item) {
    if (held == null) {
      add(0, item);
      return;
    }
    held.add(item);
    weight += Children.weight(List.of(item.tagged(Bytes.EMPTY)));
    if (weight >= Children.INLINED_BELOW) {
      release();
    }
  }

  private void release() {
    var items = held;
    held = null;
    if (items != null) {
      items.forEach(item -> add(0, item));
    }
  }

  private void add(int level, Item item) {
    var at = level(level);
    at.pending.add(item);
    if (boundaries.ends(item.key(), level)) {
      flush(level);
    }
  }

  private Level level(int level) {
    while (levels.size() <= level) {
      levels.add(new Level());
    }
    return levels.get(level);
  }

  /// Whether a pointer can be taken over into `level`, as far as what was added decides.
  boolean takes(int level) {
    release();
    for (int below = 0; below < Math.min(level, levels.size()); below++) {
      if (!levels.get(below).pending.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /// Adds a whole subtree, by its pointer in a node of `level`: one that begins and ends where runs
  /// of all levels below do.
  void take(int level, Item pointer) {
    Check.that(takes(level), "a subtree is taken over between runs");
    level(level - 1).last = null;
    add(level, pointer);
  }

  private void flush(int level) {
    var run = levels.get(level).pending;
    levels.get(level).pending = new ArrayList<>();
    for (var node : boundaries.cut(run, level)) {
      level(level).last = node;
      add(level + 1, node.pointer(store(node)));
    }
  }

  private Ref store(KeyNode node) {
    var stored = node.toNode();
    var hash = stored.identity();
    if (appender == null) {
      return new Ref(RecordKind.NODE, hash, new Location(0, 0, 0, 0, 0, Codec.RAW));
    }
    var record = stored.encode();
    var ref = appender.append(RecordKind.NODE, hash, record);
    tree.remember(ref, node, record.length);
    return ref;
  }

  /// Ends the tree: its root is the only node of the lowest level that has only one.
  Root finish() {
    if (held != null && !held.isEmpty()) {
      var root = inlined(tree, held);
      if (Children.weight(root.inlined()) < Children.INLINED_BELOW) {
        return root;
      }
    }
    release();
    var root = root();
    return mayInline ? settled(tree, root) : root;
  }

  private Root root() {
    for (int level = 0; level < levels.size(); level++) {
      var pending = levels.get(level).pending;
      boolean top = level == levels.size() - 1;
      if (top && level > 0 && pending.size() == 1) {
        return lowest(pending.getFirst(), level - 1);
      }
      if (!pending.isEmpty()) {
        flush(level);
      }
    }
    return Root.EMPTY;
  }

  /// Follows single children down to the first node that has several items or is a leaf.
  private Root lowest(Item top, int height) {
    var pointer = top;
    int level = height;
    while (level > 0) {
      var known = levels.get(level).last;
      var node = known == null ? tree.child(pointer, level + 1) : known;
      if (node.size() > 1) {
        break;
      }
      pointer = node.item(0);
      level--;
    }
    return new Root(
        pointer.refs().getFirst(),
        pointer.content(),
        level,
        pointer.summary(),
        pointer.tag(),
        List.of());
  }

  /// The tree of a directory that stands below another one: without nodes where it is small enough.
  static Root settled(KeyTree tree, Root root) {
    if (root.node() == null
        || root.summary().files() * Children.ENTRY_WEIGHT >= Children.INLINED_BELOW) {
      return root;
    }
    var items = new ArrayList<Item>();
    for (var all = tree.scan(root, Bytes.EMPTY); all.hasNext(); ) {
      items.add(all.next());
      if (items.size() * Children.ENTRY_WEIGHT >= Children.INLINED_BELOW) {
        return root;
      }
    }
    var inlined = inlined(tree, items);
    return Children.weight(inlined.inlined()) < Children.INLINED_BELOW ? inlined : root;
  }

  /// The tree of a directory that stands below nothing: with nodes.
  static Root stored(KeyTree tree, Root root, Appender appender) {
    return root.inlined().isEmpty() ? root : tree.build(tree.scan(root, Bytes.EMPTY), appender);
  }

  /// The tree of a few items, without nodes.
  private static Root inlined(KeyTree tree, List<Item> items) {
    var builder = measuring(tree);
    items.forEach(builder::add);
    var root = builder.finish();
    var node = KeyNode.of(0, items);
    return new Root(null, root.content(), 0, root.summary(), node.tag(), node.stored());
  }

  /// What is known of one level.
  private static final class Level {
    List<Item> pending = new ArrayList<>();

    /// The last node of this level, where it was made here.
    @Nullable KeyNode last;
  }
}
