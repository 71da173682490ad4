package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts the edits of a file set on top of an older file set, or of a tree of files.
///
/// Of two directories the smaller one is gone through and laid into the larger one, so that what
/// only one of them touches is neither read nor written, however large: a subtree of a commit in a
/// file set is taken over whole.
final class TreeMerge {
  private final KeyTree tree;
  private final Appender appender;
  private final FileEdit.Concat concat;
  private final boolean folding;

  private TreeMerge(KeyTree tree, Appender appender, FileEdit.Concat concat, boolean folding) {
    this.tree = tree;
    this.appender = appender;
    this.concat = concat;
    this.folding = folding;
  }

  /// Two file sets become one; nothing is cancelled, for nobody knows what it will be applied to.
  static TreeMerge folding(KeyTree tree, Appender appender, FileEdit.Concat concat) {
    return new TreeMerge(tree, appender, concat, true);
  }

  /// A tree of files and a file set become a tree of files.
  static TreeMerge applying(KeyTree tree, Appender appender, FileEdit.Concat concat) {
    return new TreeMerge(tree, appender, concat, false);
  }

  /// @param top whether the roots are those of everything
  Root merge(Root older, Root newer, boolean top) {
    if (newer.isEmpty()) {
      return older;
    }
    var reset =
        newer.tag().isEmpty() ? tree.get(newer, Reset.KEY).map(Reset::of) : Optional.<Reset>empty();
    var below = reset.map(r -> without(older, r, top)).orElse(older);
    if (below.isEmpty()) {
      return settled(newer, top);
    }
    if (size(newer) <= size(below)) {
      return edit(below, new Edits(below, below, newer, true), top);
    }
    var base = settled(newer, top);
    return edit(base, new Edits(base, newer, below, false), top);
  }

  private Root edit(Root base, Edits edits, boolean top) {
    var builder = top ? new KeyBuilder(tree, appender) : KeyBuilder.ofDirectory(tree, appender);
    return new KeyEdit(tree, edits, builder).apply(base);
  }

  private Root without(Root root, Reset reset, boolean top) {
    if (reset.any()) {
      return Root.EMPTY;
    }
    return new TreeFilter(
            tree,
            appender,
            true,
            tag -> reset.covers(tag.datum()) ? Optional.empty() : Optional.of(tag))
        .apply(root, top);
  }

  /// Edits that have nothing below them.
  private Root settled(Root edits, boolean top) {
    if (folding) {
      return edits;
    }
    return new TreeFilter(
            tree,
            appender,
            false,
            tag ->
                tag.mode() == Tag.Mode.DELETE
                    ? Optional.empty()
                    : Optional.of(new Tag(Tag.Mode.FILE, tag.datum())))
        .apply(edits, top);
  }

  /// Grows with the number of children: height, then children of the root node.
  private long size(Root root) {
    return root.isEmpty() ? 0 : ((long) root.level() << 32) + tree.top(root).size();
  }

  /// The children of one directory that change, in order: those that the smaller side touches, and
  /// directories whose file of the same name comes or goes.
  private final class Edits implements Iterator<KeyEdit.Edit> {
    private final KeyFinder base;
    private final KeyFinder larger;
    private final Iterator<Item> smaller;
    private final boolean newerIsSmaller;
    private final TreeMap<Bytes, Boolean> twins = new TreeMap<>();
    private @Nullable Item next;

    /// @param base what is edited
    /// @param larger the larger side, as it was
    Edits(Root base, Root larger, Root smaller, boolean newerIsSmaller) {
      this.base = new KeyFinder(tree, base);
      this.larger = larger.equals(base) ? this.base : new KeyFinder(tree, larger);
      this.smaller = tree.scan(smaller, Bytes.EMPTY);
      this.newerIsSmaller = newerIsSmaller;
      advance();
    }

    private void advance() {
      next = smaller.hasNext() ? smaller.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null || !twins.isEmpty();
    }

    @Override
    public KeyEdit.Edit next() {
      if (next == null && twins.isEmpty()) {
        throw new NoSuchElementException();
      }
      var item = next;
      if (item == null || (!twins.isEmpty() && twins.firstKey().compareTo(item.key()) < 0)) {
        return twin(twins.firstKey());
      }
      advance();
      var other = larger.find(item.key());
      var older = newerIsSmaller ? other : Optional.of(item);
      var newer = newerIsSmaller ? Optional.of(item) : other;
      if (Children.isReset(item)) {
        return reset(older, newer);
      }
      return Children.isDirectory(item)
          ? directory(item, root(older), root(newer))
          : file(item, variants(older), variants(newer));
    }

    private Root root(Optional<Item> directory) {
      return directory.map(Children::root).orElse(Root.EMPTY);
    }

    private NavigableMap<String, FileEdit> variants(Optional<Item> file) {
      return file.map(Children::variants).orElseGet(() -> new TreeMap<>(Tag.BY_BYTES));
    }

    private KeyEdit.Edit reset(Optional<Item> older, Optional<Item> newer) {
      if (!folding) {
        return new KeyEdit.Edit(Reset.KEY, Optional.empty());
      }
      var resets = new ArrayList<Reset>();
      older.map(Reset::of).ifPresent(resets::add);
      newer.map(Reset::of).ifPresent(resets::add);
      return KeyEdit.Edit.put(resets.stream().reduce(Reset::and).orElseThrow().item());
    }

    private KeyEdit.Edit directory(Item item, Root older, Root newer) {
      var root = merge(older, newer, false);
      boolean twin = isTwin(item.key(), Children.name(item));
      return new KeyEdit.Edit(
          item.key(),
          root.isEmpty()
              ? Optional.empty()
              : Optional.of(Children.directory(Children.name(item), root, twin)));
    }

    private boolean isTwin(Bytes key, String name) {
      var touched = twins.remove(key);
      return touched == null
          ? base.find(Children.fileKey(name)).filter(f -> f.summary().files() > 0).isPresent()
          : touched;
    }

    private KeyEdit.Edit twin(Bytes key) {
      var directory = base.find(key);
      boolean twin = Boolean.TRUE.equals(twins.remove(key));
      return new KeyEdit.Edit(
          key, directory.map(d -> Children.directory(Children.name(d), Children.root(d), twin)));
    }

    private KeyEdit.Edit file(
        Item item, NavigableMap<String, FileEdit> older, NavigableMap<String, FileEdit> newer) {
      newer.forEach((datum, edit) -> {
        var before = older.get(datum);
        var after = before == null ? edit : before.then(edit, concat);
        if (folding) {
          older.put(datum, after);
        } else if (after.isPresent()) {
          older.put(datum, new FileEdit(Tag.Mode.FILE, after.content()));
        } else {
          older.remove(datum);
        }
      });
      var name = Children.name(item);
      boolean present = older.values().stream().anyMatch(FileEdit::isPresent);
      twins.put(Children.directoryKey(name), present);
      return new KeyEdit.Edit(
          item.key(), older.isEmpty() ? Optional.empty() : Optional.of(Children.file(name, older)));
    }
  }
}
