package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.content.Item;
import dev.trunkline.content.KeyTree;
import dev.trunkline.content.Root;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a job has to run, as streams over its plan and that of its base; nothing is collected.
///
/// work = diff(PLAN, PLAN of the base) + REDO of the base; all of PLAN where nothing may be reused.
///
/// @param plan that of the job
/// @param basePlan that of the skip base; empty where there is none
/// @param redo what did not succeed there
/// @param all whether nothing may be reused
record Work(KeyTree keys, Root plan, Root basePlan, Root redo, boolean all) {

  /// The datums that the base does not know: they may run while it still does.
  Iterator<Item> unknown() {
    var changes = keys.diff(basePlan, plan);
    return new Stream(() -> {
      while (changes.hasNext()) {
        var change = changes.next();
        if (change.before().isEmpty()) {
          return change.after();
        }
      }
      return Optional.empty();
    });
  }

  /// The datums that the base knows and that have to run all the same.
  Iterator<Item> shared() {
    return all ? known() : new Merge(changed(), again());
  }

  private Iterator<Item> known() {
    var items = keys.scan(plan, Bytes.EMPTY);
    return new Stream(() -> {
      while (items.hasNext()) {
        var item = items.next();
        if (keys.get(basePlan, item.key()).isPresent()) {
          return Optional.of(item);
        }
      }
      return Optional.empty();
    });
  }

  private Iterator<Item> changed() {
    var changes = keys.diff(basePlan, plan);
    return new Stream(() -> {
      while (changes.hasNext()) {
        var change = changes.next();
        if (change.before().isPresent() && change.after().isPresent()) {
          return change.after();
        }
      }
      return Optional.empty();
    });
  }

  private Iterator<Item> again() {
    var ids = keys.scan(redo, Bytes.EMPTY);
    return new Stream(() -> {
      while (ids.hasNext()) {
        var item = keys.get(plan, ids.next().key());
        if (item.isPresent()) {
          return item;
        }
      }
      return Optional.empty();
    });
  }

  /// The ids of the datums of the base that are no more.
  Iterator<Bytes> gone() {
    var changes = keys.diff(basePlan, plan);
    var items =
        new Stream(() -> {
          while (changes.hasNext()) {
            var change = changes.next();
            if (change.after().isEmpty()) {
              return change.before();
            }
          }
          return Optional.empty();
        });
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Bytes next() {
        return items.next().key();
      }
    };
  }

  /// Items as they are asked for, until there is none.
  private static final class Stream implements Iterator<Item> {
    private final Supplier<Optional<Item>> source;
    private @Nullable Item next;

    Stream(Supplier<Optional<Item>> source) {
      this.source = source;
      this.next = source.get().orElse(null);
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
      next = source.get().orElse(null);
      return item;
    }
  }

  /// Two sorted streams as one, in which a key comes once.
  private static final class Merge implements Iterator<Item> {
    private final Iterator<Item> left;
    private final Iterator<Item> right;
    private @Nullable Item fromLeft;
    private @Nullable Item fromRight;

    Merge(Iterator<Item> left, Iterator<Item> right) {
      this.left = left;
      this.right = right;
      fromLeft = advance(left);
      fromRight = advance(right);
    }

    private static @Nullable Item advance(Iterator<Item> items) {
      return items.hasNext() ? items.next() : null;
    }

    @Override
    public boolean hasNext() {
      return fromLeft != null || fromRight != null;
    }

    @Override
    public Item next() {
      var a = fromLeft;
      var b = fromRight;
      if (a == null && b == null) {
        throw new NoSuchElementException();
      }
      int order = a == null ? 1 : b == null ? -1 : a.key().compareTo(b.key());
      if (order <= 0) {
        fromLeft = advance(left);
      }
      if (order >= 0) {
        fromRight = advance(right);
      }
      var item = order <= 0 ? a : b;
      return dev.trunkline.base.Check.present(item, "a merged stream has an item");
    }
  }
}
