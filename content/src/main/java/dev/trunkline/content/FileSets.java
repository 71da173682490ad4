package dev.trunkline.content;

import dev.trunkline.base.Check;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BiConsumer;

/// File sets: what a stream or a datum wrote, as a tree of edits that has the form of a tree of
/// files. `docs/format/trees.md`, section 6.
///
/// Folding two of them gives the one that has the effect of the first and then the second; it is
/// associative, and it never looks at what they will be applied to.
public final class FileSets {
  /// Outputs with more files than this are folded as they are instead of being sorted with others.
  private static final int SORTED_BELOW = 4096;

  private final KeyTree tree;
  private final Records records;
  private final ChunkLimits limits;

  /// File sets of the store that `records` reads.
  public FileSets(KeyTree tree, Records records, ChunkLimits limits) {
    this.tree = tree;
    this.records = records;
    this.limits = limits;
  }

  /// The edits of `newer` on top of those of `older`.
  public Root fold(Root older, Root newer, Appender appender) {
    return TreeMerge.folding(tree, appender, concat(appender)).merge(older, newer, true);
  }

  /// The tree `base` with the edits of `fileSet`.
  Root apply(Root base, Root fileSet, Appender appender) {
    return TreeMerge.applying(tree, appender, concat(appender)).merge(base, fileSet, true);
  }

  /// The edits of `base` and of all `others`, in this order; they are read one after the other and
  /// sorted within a fixed budget.
  public Root unite(Root base, Iterator<Root> others, Appender appender) {
    var sorted = writer(appender);
    while (others.hasNext()) {
      var other = others.next();
      if (other.summary().files() > SORTED_BELOW) {
        sorted.add(other);
        continue;
      }
      for (var edits = edits(other); edits.hasNext(); ) {
        var edit = edits.next();
        if (Children.isReset(edit.item())) {
          sorted.reset(edit.directory(), Reset.of(edit.item()));
        } else {
          var path = edit.directory().child(Children.name(edit.item()));
          Children.variants(edit.item()).forEach((datum, file) -> sorted.put(path, datum, file));
        }
      }
    }
    return fold(base, sorted.finish(), appender);
  }

  /// The paths of the files that `fileSet` writes or deletes one by one.
  public Iterator<FilePath> paths(Root fileSet) {
    return new EditWalk.Paths(edits(fileSet));
  }

  /// Gives `sink` the files that `fileSet` writes, one by one and in the order of their paths.
  public void files(Root fileSet, BiConsumer<FilePath, FileRef> sink) {
    for (var edits = edits(fileSet); edits.hasNext(); ) {
      var edit = edits.next();
      if (!Children.isReset(edit.item())) {
        var path = edit.directory().child(Children.name(edit.item()));
        for (var file : Children.variants(edit.item()).values()) {
          if (file.isPresent()) {
            sink.accept(path, file.content());
          }
        }
      }
    }
  }

  private EditWalk edits(Root fileSet) {
    return new EditWalk(tree, fileSet);
  }

  /// Whether `fileSet` adds, replaces or deletes the file at `path` by its name.
  public boolean touches(Root fileSet, FilePath path) {
    var above = directory(tree, fileSet, path.parent());
    return !path.isRoot() && tree.get(above, Children.fileKey(path.name())).isPresent();
  }

  /// The tree of the directory at `path`; the empty one where there is none.
  static Root directory(KeyTree tree, Root root, FilePath path) {
    var current = root;
    for (var name : path.elements()) {
      var item = tree.get(current, Children.directoryKey(name));
      if (item.isEmpty()) {
        return Root.EMPTY;
      }
      current = Children.root(item.get());
    }
    return current;
  }

  FileEdit.Concat concat(Appender appender) {
    var reader = new FileReader(records);
    return (first, second) ->
        FileWriter.concat(reader, new FileWriter(appender, limits), first, second);
  }

  /// Collects the edits of one stream, in order.
  public Writer writer(Appender appender) {
    return new Writer(appender);
  }

  /// The edits of one stream: sorted in memory within a fixed budget, written as trees past it.
  /// Edits that come in the order of their paths are written once, from left to right.
  public final class Writer {
    private final Appender appender;
    private final EditBuffer buffer;
    private final EditRuns runs;

    private Writer(Appender appender) {
      this.appender = appender;
      this.buffer = new EditBuffer(concat(appender));
      this.runs = new EditRuns(tree, appender, (a, b) -> fold(a, b, appender));
    }

    /// Where to write the content of files that will be added here.
    public FileWriter content() {
      return new FileWriter(appender, limits);
    }

    /// Appends `content` to a file, which it makes where it does not exist.
    public void append(FilePath path, String datum, FileRef content) {
      put(path, datum, new FileEdit(Tag.Mode.APPEND, content));
    }

    /// Gives a file this content, whatever it had.
    public void replace(FilePath path, String datum, FileRef content) {
      put(path, datum, new FileEdit(Tag.Mode.REPLACE, content));
    }

    /// Deletes a file.
    public void delete(FilePath path, String datum) {
      put(path, datum, FileEdit.DELETE);
    }

    /// Deletes the files below a directory: those of `datum`, or all where it is empty.
    public void deleteTree(FilePath directory, String datum) {
      reset(directory, Reset.of(datum));
    }

    /// As [#graft(FilePath, String, Root, String, boolean)], of the files of all datums.
    public void graft(FilePath target, String datum, Root source, boolean append) {
      graft(target, datum, source, "", append);
    }

    /// Appends every file of `source`, a directory of a tree of files, to the file at the same
    /// place below `target`, or puts it in its stead: the files of the datum `of`, or all where it
    /// is empty. What one datum wrote costs nothing, whatever it holds; the nodes of what several
    /// datums wrote are read and written again, for the datum stands in them.
    public void graft(FilePath target, String datum, Root source, String of, boolean append) {
      if (of.isEmpty()) {
        checkConsistent(source, target);
      }
      var tag = new Tag(append ? Tag.Mode.APPEND : Tag.Mode.REPLACE, datum);
      var edits =
          new TreeFilter(
                  tree,
                  appender,
                  false,
                  from -> from.isOf(of) ? Optional.of(tag) : Optional.empty())
              .apply(source, target.isRoot());
      checkConsistent(edits, target);
      if (edits.isEmpty()) {
        return;
      }
      if (target.isRoot()) {
        add(KeyBuilder.stored(tree, edits, appender));
      } else {
        var builder = new TreeBuilder(tree, appender);
        builder.directory(target, KeyBuilder.settled(tree, edits));
        add(builder.finish());
      }
    }

    private static void checkConsistent(Root source, FilePath target) {
      if (source.summary().conflicts() > 0) {
        throw Refusal.forbiddenNow(
            "a directory in which a path stands for two things cannot be copied to " + target);
      }
    }

    private void put(FilePath path, String datum, FileEdit edit) {
      Check.that(!datum.isEmpty(), "an edit of a file names its datum");
      if (path.isRoot()) {
        throw Refusal.invalid("path (/) invalid: it is a directory; name a file in it");
      }
      buffer.put(path, datum, edit);
      spillWhenFull();
    }

    private void reset(FilePath directory, Reset reset) {
      buffer.reset(directory, reset);
      spillWhenFull();
    }

    private void spillWhenFull() {
      if (buffer.isFull()) {
        buffer.drainTo(runs);
      }
    }

    private void add(Root fileSet) {
      buffer.drainTo(runs);
      runs.add(fileSet);
    }

    /// The file set of all that was written.
    public Root finish() {
      buffer.drainTo(runs);
      return runs.finish();
    }
  }
}
