package dev.trunkline.services;

import dev.trunkline.content.Entry;
import dev.trunkline.content.Trees;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// Keeps what one datum wrote, and the directories above it; an empty datum keeps everything.
record DatumFilter(Trees trees, String datum) {
  static DatumFilter of(Trees trees, String datum) {
    return new DatumFilter(trees, datum);
  }

  /// Whether a file is of the datum, or a directory holds one that is.
  boolean keeps(Entry entry) {
    return datum.isEmpty()
        || switch (entry) {
          case Entry.OfFile file -> file.datum().equals(datum);
          case Entry.OfDirectory directory -> holds(directory);
        };
  }

  private boolean holds(Entry.OfDirectory directory) {
    var below = trees.walk(directory.root(), dev.trunkline.base.FilePath.ROOT);
    while (below.hasNext()) {
      if (below.next() instanceof Entry.OfFile file && file.datum().equals(datum)) {
        return true;
      }
    }
    return false;
  }

  /// Those of some entries of one directory that are kept.
  Iterator<Entry> children(Iterator<Entry> entries) {
    return datum.isEmpty() ? entries : new Kept(entries, false);
  }

  /// Those of a walk that are kept; a directory waits until a file below it is.
  Iterator<Entry> walk(Iterator<Entry> entries) {
    return datum.isEmpty() ? entries : new Kept(entries, true);
  }

  private final class Kept implements Iterator<Entry> {
    private final Iterator<Entry> entries;
    private final boolean deep;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private final Deque<Entry> ready = new ArrayDeque<>();

    private Kept(Iterator<Entry> entries, boolean deep) {
      this.entries = entries;
      this.deep = deep;
      fill();
    }

    private void fill() {
      while (ready.isEmpty() && entries.hasNext()) {
        var entry = entries.next();
        while (!waiting.isEmpty() && !waiting.getLast().path().holds(entry.path())) {
          waiting.removeLast();
        }
        if (deep && entry instanceof Entry.OfDirectory) {
          waiting.addLast(entry);
        } else if (keeps(entry)) {
          ready.addAll(waiting);
          waiting.clear();
          ready.addLast(entry);
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
  }
}
