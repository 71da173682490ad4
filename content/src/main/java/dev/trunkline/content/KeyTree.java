package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Failure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Immutable sorted maps from keys to values as Merkle search trees ("prolly trees"): equal maps
/// are equal nodes, and a change rewrites the nodes on its paths alone.
///
/// One object serves any number of trees of one store; it is safe for use by many threads.
public final class KeyTree {
  private final Records records;
  private final Boundaries boundaries;
  private final NodeCache cache;
  private final LongAdder visits = new LongAdder();

  /// Reads nodes through `records`; `limits` are those of the store.
  public KeyTree(Records records, ChunkLimits limits) {
    this(records, limits, new NodeCache());
  }

  KeyTree(Records records, ChunkLimits limits, NodeCache cache) {
    this.records = records;
    this.cache = cache;
    this.boundaries = new Boundaries(limits.nodeTarget());
  }

  /// How many nodes were visited so far, cached ones included: the cost of everything done here,
  /// whatever the cache.
  public long visits() {
    return visits.sum();
  }

  Boundaries boundaries() {
    return boundaries;
  }

  /// The root node of a tree that is not empty; of an inlined one, a node of all its items.
  KeyNode top(Root root) {
    return root.node() == null
        ? KeyNode.of(0, root.inlined()).under(root.tag())
        : load(root.present(), root.level(), root.tag());
  }

  /// The node that an item of a node of `level` stands for.
  KeyNode child(Item pointer, int level) {
    return load(pointer.refs().getFirst(), level - 1, pointer.tag());
  }

  private KeyNode load(Ref ref, int level, Bytes tag) {
    visits.increment();
    var node = cache.get(ref.hash());
    if (node == null) {
      var record = records.read(ref);
      node = KeyNode.decode(record);
      cache.put(ref.hash(), node, record.length);
    }
    if (node.level() != level) {
      throw new Failure(
          Failure.Kind.CORRUPT, "node " + ref.hash() + " is not of the level that points to it");
    }
    return node.under(tag);
  }

  void remember(Ref ref, KeyNode node, int bytes) {
    cache.put(ref.hash(), node.under(Bytes.EMPTY), bytes);
  }

  /// The item of `key`, if it has one.
  public Optional<Item> get(Root root, Bytes key) {
    return new KeyFinder(this, root).find(key);
  }

  /// The items with keys from `from` on, in order, read as they are asked for.
  public Iterator<Item> scan(Root root, Bytes from) {
    return new Scan(root, from, true);
  }

  /// The items with keys below `before`, the last one first.
  public Iterator<Item> scanBackwards(Root root, Bytes before) {
    return new Scan(root, before, false);
  }

  /// The tree with `changes` applied: a present item is put, an absent one means that the key goes.
  public Root apply(Root root, NavigableMap<Bytes, Optional<Item>> changes, Appender appender) {
    var edits = changes.entrySet().stream().map(e -> new KeyEdit.Edit(e.getKey(), e.getValue()));
    return new KeyEdit(this, edits.iterator(), new KeyBuilder(this, appender)).apply(root);
  }

  /// The tree of `items`, which come in the order of their keys; its nodes are written once, from
  /// left to right, and only those of one path are kept in memory.
  public Root build(Iterator<Item> items, Appender appender) {
    var builder = new KeyBuilder(this, appender);
    items.forEachRemaining(builder::add);
    return builder.finish();
  }

  /// The keys whose contents differ, in order; subtrees with equal contents are not read.
  public Iterator<KeyChange> diff(Root before, Root after) {
    return new KeyDiff(this, before, after, KeyDiff.Same.CONTENT);
  }

  /// A walk over the leaves in either direction.
  private final class Scan implements Iterator<Item> {
    private final Deque<Position> path = new ArrayDeque<>();
    private final int step;

    Scan(Root root, Bytes key, boolean forward) {
      step = forward ? 1 : -1;
      if (root.isEmpty()) {
        return;
      }
      var node = top(root);
      while (true) {
        int at = node.search(key);
        int start = forward || node.level() > 0 ? at : at - 1;
        if (!forward && start == node.size()) {
          start--;
        }
        path.push(new Position(node, start));
        if (node.level() == 0 || start == node.size()) {
          break;
        }
        node = child(node.item(start), node.level());
      }
      settle();
    }

    private void settle() {
      while (!path.isEmpty()) {
        var top = path.getFirst();
        if (top.at < 0 || top.at >= top.node.size()) {
          path.pop();
          if (!path.isEmpty()) {
            path.getFirst().at += step;
          }
        } else if (top.node.level() > 0) {
          var child = child(top.node.item(top.at), top.node.level());
          path.push(new Position(child, step > 0 ? 0 : child.size() - 1));
        } else {
          return;
        }
      }
    }

    @Override
    public boolean hasNext() {
      return !path.isEmpty();
    }

    @Override
    public Item next() {
      if (path.isEmpty()) {
        throw new NoSuchElementException();
      }
      var top = path.getFirst();
      var item = top.node.item(top.at);
      top.at += step;
      settle();
      return item;
    }
  }

  private static final class Position {
    final KeyNode node;
    int at;

    Position(KeyNode node, int at) {
      this.node = node;
      this.at = at;
    }
  }
}
