package dev.trunkline.content;

import dev.trunkline.base.FilePath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// A lazy walk over a directory in the order of paths, in memory of its depth.
public final class Walk implements Iterator<Entry> {
  private final Trees trees;
  private final Descent descent;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Deque<Entry> ready = new ArrayDeque<>();

  Walk(Trees trees, Root root, FilePath path, Descent descent) {
    this.trees = trees;
    this.descent = descent;
    frames.push(new Frame(path, trees.children(root)));
    fill();
  }

  static Iterator<Entry> startingWith(Entry first, Walk rest) {
    rest.ready.addFirst(first);
    return rest;
  }

  private void fill() {
    while (ready.isEmpty() && !frames.isEmpty()) {
      var frame = frames.getFirst();
      if (!frame.items.hasNext()) {
        frames.pop();
        continue;
      }
      ready.addAll(Children.entries(frame.path, frame.items.next()));
      if (ready.getLast() instanceof Entry.OfDirectory(var path, var root) && descent.enter(path)) {
        frames.push(new Frame(path, trees.children(root)));
      }
    }
  }

  @Override
  public boolean hasNext() {
    return !ready.isEmpty();
  }

  @Override
  public Entry next() {
    if (ready.isEmpty()) {
      throw new NoSuchElementException();
    }
    var entry = ready.removeFirst();
    fill();
    return entry;
  }

  /// Decides which directories a walk enters.
  public interface Descent {
    /// Whether what lies below `directory` is wanted.
    boolean enter(FilePath directory);
  }

  private record Frame(FilePath path, Iterator<Item> items) {}
}
