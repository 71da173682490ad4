package dev.trunkline.planning;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Encoder;
import dev.trunkline.content.Item;
import dev.trunkline.content.KeyTree;
import dev.trunkline.content.Root;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a composite node keeps of its children: (key, child, element) -> element, a [KeyTree].
///
/// The key is what brings elements together: the element itself in a union, nothing in a cross; the
/// key of a join or a group has its place here. The child is the place among the siblings, so that
/// the first of equal keys is that of the lowest child.
final class Arrangements {
  private final KeyTree keys;

  Arrangements(KeyTree keys) {
    this.keys = keys;
  }

  static Bytes key(PlanNode.Composite node, int child, Bytes element) {
    return node.cross() ? join(Bytes.EMPTY, child, element) : join(element, child, Bytes.EMPTY);
  }

  private static Bytes join(Bytes key, int child, Bytes element) {
    var out = new Encoder().bytes(key).u8(child >>> 8).u8(child & 0xff).raw(element.array());
    return Bytes.of(out.array());
  }

  static Item keyed(PlanNode.Composite node, int child, Item element) {
    return under(key(node, child, element.key()), element);
  }

  /// The element that an item of an arrangement stands for.
  static Item element(PlanNode.Composite node, Item kept) {
    int from = node.cross() ? 3 : 1;
    return under(Bytes.of(Arrays.copyOfRange(kept.key().array(), from, from + Hash.BYTES)), kept);
  }

  private static Item under(Bytes key, Item item) {
    return new Item(key, item.value(), item.refs(), item.content(), item.summary());
  }

  private static int child(Item kept) {
    var key = kept.key().array();
    int at = 1 + Hash.BYTES;
    return ((key[at] & 0xff) << 8) | (key[at + 1] & 0xff);
  }

  /// The elements of one child of a cross.
  Iterator<Item> child(Root root, int child) {
    return range(root, join(Bytes.EMPTY, child, Bytes.EMPTY));
  }

  /// The element that a union gives for `id`, where its child `child` now has `after`.
  Optional<Item> winner(Root root, Bytes id, int child, Optional<Item> after) {
    for (var kept = range(root, Bytes.of(new Encoder().bytes(id).array())); kept.hasNext(); ) {
      var item = kept.next();
      int other = child(item);
      if (after.isPresent() && other >= child) {
        return after;
      }
      if (other != child) {
        return Optional.of(under(id, item));
      }
    }
    return after;
  }

  /// The items of a union's arrangement that win, in order.
  Iterator<Item> winners(Root root) {
    var all = keys.scan(root, Bytes.EMPTY);
    return new Iterator<>() {
      private @Nullable Item next = advance(Bytes.EMPTY);

      private @Nullable Item advance(Bytes behind) {
        while (all.hasNext()) {
          var item = all.next();
          if (!Arrays.equals(
              item.key().array(),
              0,
              1 + Hash.BYTES,
              behind.array(),
              0,
              Math.min(behind.length(), 1 + Hash.BYTES))) {
            return item;
          }
        }
        return null;
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public Item next() {
        var item = next;
        if (item == null) {
          throw new NoSuchElementException();
        }
        next = advance(item.key());
        return item;
      }
    };
  }

  private Iterator<Item> range(Root root, Bytes prefix) {
    if (root.isEmpty()) {
      return Collections.emptyIterator();
    }
    var items = keys.scan(root, prefix);
    return new Iterator<>() {
      private @Nullable Item next = advance();

      private @Nullable Item advance() {
        var item = items.hasNext() ? items.next() : null;
        return item != null && item.key().startsWith(prefix) ? item : null;
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public Item next() {
        var item = next;
        if (item == null) {
          throw new NoSuchElementException();
        }
        next = advance();
        return item;
      }
    };
  }
}
