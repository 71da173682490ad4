package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Walks two trees side by side and stops only at what differs.
///
/// Each side stands at an item or before a whole subtree. Equal subtrees are passed over together;
/// a subtree is opened only when the other side stands within it or before one that differs.
final class KeyDiff implements Iterator<KeyChange> {
  private final Same same;
  private final KeyTree tree;
  private final Side before;
  private final Side after;
  private @Nullable KeyChange next;

  KeyDiff(KeyTree tree, Root before, Root after, Same same) {
    this.tree = tree;
    this.same = same;
    this.before = new Side(before);
    this.after = new Side(after);
    if (same.test(before, after)) {
      this.before.path.clear();
      this.after.path.clear();
    }
    next = find();
  }

  private @Nullable KeyChange find() {
    while (!before.done() || !after.done()) {
      var change = step();
      if (change != null) {
        return change;
      }
    }
    return null;
  }

  private @Nullable KeyChange step() {
    if (before.done() || after.done()) {
      return only(before.done() ? after : before);
    }
    var a = before.item();
    var b = after.item();
    if (before.level() == after.level() && same.test(a, b)) {
      before.pass();
      after.pass();
      return null;
    }
    if (before.level() > 0 || after.level() > 0) {
      return open(a, b);
    }
    int order = a.key().compareTo(b.key());
    var change =
        new KeyChange(
            order <= 0 ? a.key() : b.key(),
            order <= 0 ? Optional.of(a) : Optional.empty(),
            order >= 0 ? Optional.of(b) : Optional.empty());
    if (order <= 0) {
      before.pass();
    }
    if (order >= 0) {
      after.pass();
    }
    return change;
  }

  private @Nullable KeyChange open(Item a, Item b) {
    if (before.level() == 0 && after.passed(a.key())) {
      return only(before);
    }
    if (after.level() == 0 && before.passed(b.key())) {
      return only(after);
    }
    int higher = Integer.compare(before.level(), after.level());
    if (higher >= 0) {
      before.open();
    }
    if (higher <= 0) {
      after.open();
    }
    return null;
  }

  private @Nullable KeyChange only(Side side) {
    if (side.level() > 0) {
      side.open();
      return null;
    }
    var item = Optional.of(side.item());
    var change =
        side == before
            ? new KeyChange(item.get().key(), item, Optional.empty())
            : new KeyChange(item.get().key(), Optional.empty(), item);
    side.pass();
    return change;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public KeyChange next() {
    var result = next;
    if (result == null) {
      throw new NoSuchElementException();
    }
    next = find();
    return result;
  }

  private final class Side {
    final Deque<Frame> path = new ArrayDeque<>();
    @Nullable Bytes behind;

    Side(Root root) {
      if (!root.isEmpty()) {
        path.push(new Frame(tree.top(root)));
      }
    }

    boolean done() {
      return path.isEmpty();
    }

    int level() {
      return path.getFirst().node.level();
    }

    Item item() {
      var top = path.getFirst();
      return top.node.item(top.at);
    }

    /// Whether everything still to come on this side has a key above `key`.
    boolean passed(Bytes key) {
      return behind != null && behind.compareTo(key) >= 0;
    }

    void pass() {
      behind = item().key();
      path.getFirst().at++;
      while (!path.isEmpty() && path.getFirst().at == path.getFirst().node.size()) {
        path.pop();
      }
    }

    /// Replaces the subtree in front by its items.
    void open() {
      var child = tree.child(item(), level());
      var top = path.getFirst();
      top.at++;
      if (top.at == top.node.size()) {
        path.pop();
      }
      path.push(new Frame(child));
    }
  }

  /// When subtrees are passed over and items are no change.
  enum Same {
    /// Where they mean the same.
    CONTENT,
    /// Where the same is said of it, too.
    IDENTITY,
    /// Never: the trees are looked at in different ways.
    NEVER;

    private boolean test(Item a, Item b) {
      return switch (this) {
        case CONTENT -> a.content().equals(b.content()) && a.key().equals(b.key());
        case IDENTITY -> a.equals(b);
        case NEVER -> false;
      };
    }

    private boolean test(Root a, Root b) {
      return switch (this) {
        case CONTENT -> a.content().equals(b.content());
        case IDENTITY -> a.equals(b);
        case NEVER -> false;
      };
    }
  }

  private static final class Frame {
    final KeyNode node;
    int at;

    Frame(KeyNode node) {
      this.node = node;
    }
  }
}
