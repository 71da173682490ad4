package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.base.Refusal;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Trees of files, as commits have them: reading, comparing, and applying file sets.
public final class Trees {
  private final KeyTree tree;
  private final FileSets sets;
  private final FileReader reader;
  private final View view;

  /// The trees of the store that `records` reads and that was made with `limits`.
  public Trees(Records records, ChunkLimits limits) {
    tree = new KeyTree(records, limits);
    sets = new FileSets(tree, records, limits);
    reader = new FileReader(records);
    view = new View(tree, "");
  }

  private Trees(Trees all, String datum) {
    tree = all.tree;
    sets = all.sets;
    reader = all.reader;
    view = new View(tree, datum);
  }

  /// The same trees as a reader sees them who asks for the files of one datum; as they are where
  /// `datum` is empty. Sizes, hashes and conflicts are those of what is seen; to know them, a
  /// directory that several datums wrote is read.
  public Trees ofDatum(String datum) {
    return datum.equals(view.datum()) ? this : new Trees(this, datum);
  }

  View view() {
    return view;
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
      return view.directory(path, root).map(Function.identity());
    }
    var above = directory(root, path.parent());
    return Stream.of(Children.fileKey(path.name()), Children.directoryKey(path.name()))
        .flatMap(key -> tree.get(above, key).stream())
        .<Entry>flatMap(item -> view.entries(path.parent(), item).stream())
        .findFirst();
  }

  /// The tree of the directory at `path`, all datums included; the empty one where there is none.
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
    var top = view.directory(FilePath.ROOT, root);
    if (top.isEmpty()) {
      return Collections.emptyIterator();
    }
    boolean enter = descend.enter(FilePath.ROOT);
    return enter
        ? Walk.including(this, top.get(), descend, Walk.Span.ALL)
        : Collections.<Entry>singleton(top.get()).iterator();
  }

  /// What `glob` matches among the entries shown as `from` or later and before `before` (empty
  /// means without end), in order. Literal beginnings and the depth of the glob decide what is
  /// read.
  public Iterator<Entry> glob(Root root, Glob glob, String from, String before) {
    var top = view.directory(FilePath.ROOT, root);
    if (top.isEmpty()) {
      return Collections.emptyIterator();
    }
    var span = new Walk.Span(from, before, glob.literalPrefix(), false);
    return new Matches(glob, Walk.including(this, top.get(), glob::mayMatchBelow, span));
  }

  /// What differs between two trees at and below `path`, in the order of paths, directories
  /// included.
  public Iterator<TreeChange> diff(Root before, Root after, FilePath path) {
    return diff(this, before, after, path);
  }

  /// The same where the first tree is seen as `old` sees it.
  public Iterator<TreeChange> diff(Trees old, Root before, Root after, FilePath path) {
    return new TreeDiff(old.view, view, _ -> true)
        .between(old.stat(before, path), stat(after, path));
  }

  /// What differs between two trees, in the order of paths, without what lies below the directories
  /// that `descend` declines to enter.
  public Iterator<TreeChange> diff(Root before, Root after, Walk.Descent descend) {
    return new TreeDiff(view, view, descend)
        .between(stat(before, FilePath.ROOT), stat(after, FilePath.ROOT));
  }

  /// Refuses a tree in which a seen path stands for two things.
  public void checkConsistent(Root root) {
    if (root.summary().conflicts() > 0 && view.narrowed(root).summary().conflicts() > 0) {
      throw Refusal.forbiddenNow(conflict(root, FilePath.ROOT));
    }
  }

  /// Says which seen path stands for two things in a tree in which one does.
  public String conflict(Root root, FilePath path) {
    for (var items = tree.scan(root, Bytes.EMPTY); items.hasNext(); ) {
      var item = items.next();
      var found = item.summary().conflicts() == 0 ? "" : conflict(root, path, item);
      if (!found.isEmpty()) {
        return found;
      }
    }
    throw new AssertionError("a counted conflict can be found");
  }

  private String conflict(Root parent, FilePath path, Item item) {
    var name = Children.name(item);
    var at = path.child(name);
    if (!Children.isDirectory(item)) {
      var datums = view.variants(item).navigableKeySet().stream().toList();
      return datums.size() < 2
          ? ""
          : "duplicate path output by different datums (%s from %s and %s from %s)"
              .formatted(at, datums.get(0), at, datums.get(1));
    }
    var below = Children.root(item);
    var seen = view.narrowed(below);
    if (seen.summary().conflicts() > 0) {
      return conflict(below, at);
    }
    var file =
        Children.hasTwin(item) ? tree.get(parent, Children.fileKey(name)) : Optional.<Item>empty();
    boolean twin = !seen.isEmpty() && file.filter(f -> !view.variants(f).isEmpty()).isPresent();
    return twin ? "file / directory path collision (" + at + ")" : "";
  }
}
