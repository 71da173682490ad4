package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Immutable sorted maps from keys to values as Merkle search trees ("prolly trees"): equal maps
/// are equal nodes, and a change rewrites the nodes on its paths alone.
///
/// One object serves any number of trees of one store; it is safe for use by many threads.
public final class KeyTree {
  private static final int CACHED_NODES = 2048;

  private final Records records;
  private final ChunkLimits limits;
  private final Map<Hash, KeyNode> cache;
  private final LongAdder visits = new LongAdder();

  /// Reads nodes through `records`; `limits` are those of the store.
  public KeyTree(Records records, ChunkLimits limits) {
    this.records = records;
    this.limits = limits;
    this.cache =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Hash, KeyNode> eldest) {
            return size() > CACHED_NODES;
          }
        };
  }

  /// How many nodes were visited so far, cached ones included: the cost of everything done here,
  /// whatever the cache.
  public long visits() {
    return visits.sum();
  }

  KeyNode load(Ref ref) {
    visits.increment();
    synchronized (cache) {
      var cached = cache.get(ref.hash());
      if (cached != null) {
        return cached;
      }
    }
    var node = KeyNode.decode(records.read(ref));
    remember(ref, node);
    return node;
  }

  void remember(Ref ref, KeyNode node) {
    synchronized (cache) {
      cache.put(ref.hash(), node);
    }
  }

  /// The item of `key`, if it has one.
  public Optional<Item> get(Root root, Bytes key) {
    if (root.isEmpty()) {
      return Optional.empty();
    }
    var node = load(root.present());
    while (true) {
      int at = node.search(key);
      if (at == node.items().size()) {
        return Optional.empty();
      }
      var item = node.items().get(at);
      if (node.level() == 0) {
        return item.key().equals(key) ? Optional.of(item) : Optional.empty();
      }
      node = load(item.refs().getFirst());
    }
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
    return new KeyEdit(this, appender, new Boundaries(limits.nodeTarget())).apply(root, changes);
  }

  /// The keys whose contents differ, in order; subtrees with equal contents are not read.
  public Iterator<KeyChange> diff(Root before, Root after) {
    return new KeyDiff(this, before, after);
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
      var node = load(root.present());
      while (true) {
        int at = node.search(key);
        int start = forward || node.level() > 0 ? at : at - 1;
        if (!forward && start == node.items().size()) {
          start--;
        }
        path.push(new Position(node, start));
        if (node.level() == 0 || start == node.items().size()) {
          break;
        }
        node = load(node.items().get(start).refs().getFirst());
      }
      settle();
    }

    private void settle() {
      while (!path.isEmpty()) {
        var top = path.getFirst();
        if (top.at < 0 || top.at >= top.node.items().size()) {
          path.pop();
          if (!path.isEmpty()) {
            path.getFirst().at += step;
          }
        } else if (top.node.level() > 0) {
          var child = load(top.node.items().get(top.at).refs().getFirst());
          path.push(new Position(child, step > 0 ? 0 : child.items().size() - 1));
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
      var item = top.node.items().get(top.at);
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
