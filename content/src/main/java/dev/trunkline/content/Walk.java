package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// A lazy walk over a directory in the order of paths, or against it, in memory of its depth.
///
/// It seeks: what lies outside its [Span] is neither read nor passed over one by one.
public final class Walk implements Iterator<Entry> {
  /// Above every key: no name in UTF-8 begins with this byte.
  private static final byte LAST = (byte) 0xff;

  private final Trees trees;
  private final Descent descent;
  private final Span span;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Deque<Entry> ready = new ArrayDeque<>();

  /// Over what lies below `directory`.
  Walk(Trees trees, Entry.OfDirectory directory, Descent descent, Span span) {
    this.trees = trees;
    this.descent = descent;
    this.span = span;
    open(directory);
    fill();
  }

  /// Over a directory and what lies below it.
  static Iterator<Entry> including(
      Trees trees, Entry.OfDirectory directory, Descent descent, Span span) {
    var walk = new Walk(trees, directory, descent, span);
    if (span.holds(directory.shown())) {
      if (!span.backwards) {
        walk.ready.addFirst(directory);
      } else if (walk.frames.isEmpty()) {
        walk.ready.addLast(directory);
      } else {
        var first = walk.frames.removeLast();
        walk.frames.addLast(new Frame(first.path, first.items, first.prefix, directory));
      }
    }
    return walk;
  }

  private void open(Entry.OfDirectory directory) {
    var shown = directory.shown();
    var prefix = span.prefix.startsWith(shown) ? span.prefix.substring(shown.length()) : "";
    int slash = prefix.indexOf('/');
    var names = slash < 0 ? prefix : prefix.substring(0, slash);
    var items =
        span.backwards ? before(directory.root(), shown) : from(directory.root(), shown, names);
    frames.push(new Frame(directory.path(), items, Bytes.of(names), null));
  }

  private Iterator<Item> from(Root root, String shown, String names) {
    var first = "";
    if (span.from.startsWith(shown)) {
      var rest = span.from.substring(shown.length());
      first = rest.substring(0, rest.indexOf('/') + 1);
      first = first.isEmpty() ? rest : first;
    } else if (span.from.compareTo(shown) > 0) {
      return Collections.emptyIterator();
    }
    return trees.keys().scan(root, Bytes.of(first.compareTo(names) > 0 ? first : names));
  }

  private Iterator<Item> before(Root root, String shown) {
    if (span.before.startsWith(shown)) {
      var rest = span.before.substring(shown.length());
      int slash = rest.indexOf('/');
      var key = slash < 0 ? rest : rest.substring(0, slash + 1) + "\0";
      return trees.keys().scanBackwards(root, Bytes.of(key));
    }
    return span.before.isEmpty() || span.before.compareTo(shown) > 0
        ? trees.keys().scanBackwards(root, Bytes.of(new byte[] {LAST}))
        : Collections.emptyIterator();
  }

  private void fill() {
    while (ready.isEmpty() && !frames.isEmpty()) {
      var frame = frames.getFirst();
      var item = frame.items.hasNext() ? frame.items.next() : null;
      if (item == null || !item.key().startsWith(frame.prefix)) {
        frames.pop();
        if (frame.afterwards != null) {
          ready.add(frame.afterwards);
        }
      } else {
        take(frame, item);
      }
    }
  }

  private void take(Frame frame, Item item) {
    var entries = trees.view().entries(frame.path, item);
    if (entries.isEmpty()) {
      return;
    }
    var first = entries.getFirst();
    boolean wanted = span.holds(first.shown());
    if (!span.backwards && !span.before.isEmpty() && first.shown().compareTo(span.before) >= 0) {
      frames.clear();
      return;
    }
    boolean enter =
        first instanceof Entry.OfDirectory && descent.enter(first.path()) && span.below(first);
    if (wanted && !(enter && span.backwards)) {
      ready.addAll(span.backwards ? entries.reversed() : entries);
    }
    if (enter && first instanceof Entry.OfDirectory directory) {
      open(directory);
      if (wanted && span.backwards) {
        var opened = frames.pop();
        frames.push(new Frame(opened.path, opened.items, opened.prefix, directory));
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

  /// Which part of a walk is wanted, by what entries are shown as: those from `from` on and below
  /// `before` (empty means without end) that begin with `prefix`.
  record Span(String from, String before, String prefix, boolean backwards) {
    static final Span ALL = new Span("", "", "", false);

    /// Those behind a marker; all where it is empty.
    static Span after(String marker) {
      return new Span(marker.isEmpty() ? "" : marker + "\0", "", "", false);
    }

    /// Those before a marker, the last one first; all where it is empty.
    static Span backwards(String marker) {
      return new Span("", marker, "", true);
    }

    boolean holds(String shown) {
      return shown.compareTo(from) >= 0 && (before.isEmpty() || shown.compareTo(before) < 0);
    }

    /// Whether something below a directory can lie in the span.
    boolean below(Entry directory) {
      var shown = directory.shown();
      boolean late = from.compareTo(shown) <= 0 || from.startsWith(shown);
      return late && (before.isEmpty() || before.compareTo(shown) > 0);
    }
  }

  private record Frame(
      FilePath path,
      Iterator<Item> items,
      Bytes prefix,
      Entry.@org.jspecify.annotations.Nullable OfDirectory afterwards) {}
}
