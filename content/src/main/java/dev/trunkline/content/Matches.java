package dev.trunkline.content;

import dev.trunkline.base.Glob;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The entries of a walk that a glob matches.
final class Matches implements Iterator<Entry> {
  private final Glob glob;
  private final Iterator<Entry> entries;
  private @Nullable Entry next;

  Matches(Glob glob, Iterator<Entry> entries) {
    this.glob = glob;
    this.entries = entries;
    advance();
  }

  private void advance() {
    next = null;
    while (next == null && entries.hasNext()) {
      var entry = entries.next();
      next = glob.matches(entry.path()) ? entry : null;
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Entry next() {
    var entry = next;
    if (entry == null) {
      throw new NoSuchElementException();
    }
    advance();
    return entry;
  }
}
