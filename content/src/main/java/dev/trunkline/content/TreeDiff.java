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
  private final Trees trees;
  private final Walk.Descent descent;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Deque<TreeChange> ready = new ArrayDeque<>();

  TreeDiff(Trees trees, Root before, Root after, FilePath path, Walk.Descent descent) {
    this.trees = trees;
    this.descent = descent;
    compare(trees.stat(before, path), trees.stat(after, path));
    fill();
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
      frames.push(new Frame(directory.path(), trees.keys().diff(root(before), root(after))));
    }
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
          change.before().map(item -> Children.entries(frame.path, item).getFirst()),
          change.after().map(item -> Children.entries(frame.path, item).getFirst()));
    }
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
