package dev.trunkline.content;

import dev.trunkline.base.FilePath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/// Compares two trees of files directory by directory; equal directories are not entered, nor those
/// that the descent declines.
final class TreeDiff implements Iterator<TreeChange> {
  private final View old;
  private final View view;
  private final Walk.Descent descent;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Deque<TreeChange> ready = new ArrayDeque<>();

  /// @param old how the first tree is seen
  /// @param view how the second one is
  TreeDiff(View old, View view, Walk.Descent descent) {
    this.old = old;
    this.view = view;
    this.descent = descent;
  }

  TreeDiff between(Optional<Entry> before, Optional<Entry> after) {
    compare(before, after);
    fill();
    return this;
  }

  private void compare(Optional<Entry> before, Optional<Entry> after) {
    boolean same =
        before.isPresent()
            && after.isPresent()
            && before.get().getClass() == after.get().getClass()
            && before.get().hash().equals(after.get().hash());
    if (same || (before.isEmpty() && after.isEmpty())) {
      return;
    }
    boolean split =
        before.isPresent()
            && after.isPresent()
            && before.get().getClass() != after.get().getClass();
    if (split) {
      compare(before, Optional.empty());
      compare(Optional.empty(), after);
      return;
    }
    ready.add(new TreeChange(before, after));
    var entry = after.or(() -> before).orElseThrow();
    if (entry instanceof Entry.OfDirectory directory && descent.enter(directory.path())) {
      frames.push(new Frame(directory.path(), changes(root(before), root(after))));
    }
  }

  /// To one who sees a datum, equal contents of different datums are not the same.
  private Iterator<KeyChange> changes(Root before, Root after) {
    var same =
        !old.datum().equals(view.datum())
            ? KeyDiff.Same.NEVER
            : view.isWhole() ? KeyDiff.Same.CONTENT : KeyDiff.Same.IDENTITY;
    return new KeyDiff(view.tree(), before, after, same);
  }

  private static Root root(Optional<Entry> directory) {
    return directory.map(entry -> ((Entry.OfDirectory) entry).root()).orElse(Root.EMPTY);
  }

  private void fill() {
    while (ready.isEmpty() && !frames.isEmpty()) {
      var frame = frames.getFirst();
      if (!frame.changes.hasNext()) {
        frames.pop();
        continue;
      }
      var change = frame.changes.next();
      compare(
          change.before().flatMap(item -> seen(old, frame.path, item)),
          change.after().flatMap(item -> seen(view, frame.path, item)));
    }
  }

  private static Optional<Entry> seen(View view, FilePath parent, Item item) {
    return view.entries(parent, item).stream().<Entry>map(entry -> entry).findFirst();
  }

  @Override
  public boolean hasNext() {
    return !ready.isEmpty();
  }

  @Override
  public TreeChange next() {
    if (ready.isEmpty()) {
      throw new NoSuchElementException();
    }
    var change = ready.removeFirst();
    fill();
    return change;
  }

  private record Frame(FilePath path, Iterator<KeyChange> changes) {}
}
