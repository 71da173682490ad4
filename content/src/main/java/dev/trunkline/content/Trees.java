package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.base.Refusal;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;

/// Trees of files, as commits have them: reading, comparing, and applying file sets.
public final class Trees {
  private final KeyTree tree;
  private final FileSets sets;
  private final FileReader reader;

  /// The trees of the store that `records` reads and that was made with `limits`.
  public Trees(Records records, ChunkLimits limits) {
    tree = new KeyTree(records, limits);
    sets = new FileSets(tree, records, limits);
    reader = new FileReader(records);
  }

  /// The file sets of the same store.
  public FileSets fileSets() {
    return sets;
  }

  /// The key trees of the same store.
  public KeyTree keys() {
    return tree;
  }

  /// The content of files of the same store.
  public FileReader reader() {
    return reader;
  }

  /// The tree `base` with the edits of `fileSet`.
  public Root apply(Root base, Root fileSet, Appender appender) {
    return sets.apply(base, fileSet, appender);
  }

  /// The file or directory at `path`; of several files that of the first datum.
  public Optional<Entry> stat(Root root, FilePath path) {
    if (path.isRoot()) {
      return root.isEmpty() ? Optional.empty() : Optional.of(new Entry.OfDirectory(path, root));
    }
    var above = directory(root, path.parent());
    if (above.isEmpty()) {
      return Optional.empty();
    }
    return tree.get(above, Children.fileKey(path.name()))
        .or(() -> tree.get(above, Children.directoryKey(path.name())))
        .map(item -> Children.entries(path.parent(), item).getFirst());
  }

  /// The tree of the directory at `path`; the empty one where there is none.
  public Root directory(Root root, FilePath path) {
    return FileSets.directory(tree, root, path);
  }

  /// The entries of one directory, in order.
  public Iterator<Entry> list(Root root, FilePath directory) {
    return list(root, directory, "");
  }

  /// The entries of one directory that are shown as something behind `after`, in order; all where
  /// it is empty.
  public Iterator<Entry> list(Root root, FilePath directory, String after) {
    return children(root, directory, Walk.Span.after(after));
  }

  /// The entries of one directory that are shown as something before `before`, the last one first;
  /// all where it is empty.
  public Iterator<Entry> listBackwards(Root root, FilePath directory, String before) {
    return children(root, directory, Walk.Span.backwards(before));
  }

  private Iterator<Entry> children(Root root, FilePath path, Walk.Span span) {
    var directory = new Entry.OfDirectory(path, directory(root, path));
    return new Walk(this, directory, _ -> false, span);
  }

  /// The entry at `path` and everything below it, in the order of paths.
  public Iterator<Entry> walk(Root root, FilePath path) {
    return walk(root, path, "");
  }

  /// As [#walk(Root, FilePath)], from behind what is shown as `after`.
  public Iterator<Entry> walk(Root root, FilePath path, String after) {
    return walk(root, path, Walk.Span.after(after));
  }

  /// As [#walk(Root, FilePath)], from before what is shown as `before` and against the order of
  /// paths; from the end where it is empty.
  public Iterator<Entry> walkBackwards(Root root, FilePath path, String before) {
    return walk(root, path, Walk.Span.backwards(before));
  }

  private Iterator<Entry> walk(Root root, FilePath path, Walk.Span span) {
    var at = stat(root, path);
    return switch (at.orElse(null)) {
      case null -> Collections.emptyIterator();
      case Entry.OfFile file ->
          span.holds(file.shown())
              ? Collections.<Entry>singleton(file).iterator()
              : Collections.emptyIterator();
      case Entry.OfDirectory directory -> Walk.including(this, directory, _ -> true, span);
    };
  }

  /// Everything in the tree, the root first, without the directories that `descend` declines to
  /// enter.
  public Iterator<Entry> walk(Root root, Walk.Descent descend) {
    if (root.isEmpty()) {
      return Collections.emptyIterator();
    }
    var top = new Entry.OfDirectory(FilePath.ROOT, root);
    boolean enter = descend.enter(FilePath.ROOT);
    return enter
        ? Walk.including(this, top, descend, Walk.Span.ALL)
        : Collections.<Entry>singleton(top).iterator();
  }

  /// What `glob` matches among the entries shown as `from` or later and before `before` (empty
  /// means without end), in order. Literal beginnings and the depth of the glob decide what is
  /// read.
  public Iterator<Entry> glob(Root root, Glob glob, String from, String before) {
    if (root.isEmpty()) {
      return Collections.emptyIterator();
    }
    var span = new Walk.Span(from, before, glob.literalPrefix(), false);
    var top = new Entry.OfDirectory(FilePath.ROOT, root);
    return new Matches(glob, Walk.including(this, top, glob::mayMatchBelow, span));
  }

  /// What differs between two trees at and below `path`, in the order of paths, directories
  /// included.
  public Iterator<TreeChange> diff(Root before, Root after, FilePath path) {
    return new TreeDiff(this, before, after, path, _ -> true);
  }

  /// What differs between two trees, in the order of paths, without what lies below the directories
  /// that `descend` declines to enter.
  public Iterator<TreeChange> diff(Root before, Root after, Walk.Descent descend) {
    return new TreeDiff(this, before, after, FilePath.ROOT, descend);
  }

  /// Refuses a tree in which a path stands for two things.
  public void checkConsistent(Root root) {
    if (root.summary().conflicts() > 0) {
      throw Refusal.forbiddenNow(conflict(root, FilePath.ROOT));
    }
  }

  /// Says which path stands for two things in a tree whose root counts conflicts.
  public String conflict(Root root, FilePath path) {
    for (var items = tree.scan(root, Bytes.EMPTY); items.hasNext(); ) {
      var item = items.next();
      if (item.summary().conflicts() == 0) {
        continue;
      }
      var at = path.child(Children.name(item));
      if (!Children.isDirectory(item)) {
        var datums = Children.variants(item).navigableKeySet().iterator();
        return "duplicate path output by different datums (%s from %s and %s from %s)"
            .formatted(at, datums.next(), at, datums.next());
      }
      var below = Children.root(item);
      return below.summary().conflicts() > 0
          ? conflict(below, at)
          : "file / directory path collision (" + at + ")";
    }
    throw new AssertionError("a counted conflict can be found");
  }
}
