package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// File sets: what a stream or a datum wrote, as a [KeyTree] of edits in the order of paths.
/// `docs/format/trees.md`, section 5.
///
/// Folding two of them gives the one that has the effect of the first and then the second; it is
/// associative, and it never looks at what they will be applied to.
public final class FileSets {
  private static final int BATCH = 4096;

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
    if (older.isEmpty() || newer.isEmpty()) {
      return older.isEmpty() ? newer : older;
    }
    var root = older;
    var changes = new TreeMap<Bytes, Optional<Item>>();
    for (var items = tree.scan(newer, Bytes.EMPTY); items.hasNext(); ) {
      var item = items.next();
      var edit = Edit.decode(item);
      if (edit instanceof Edit.Reset reset) {
        root = tree.apply(root, changes, appender);
        changes.clear();
        root = clear(root, reset, appender);
        changes.put(item.key(), Optional.of(item));
      } else {
        changes.put(item.key(), Optional.of(compose(root, changes, (Edit.OfFile) edit, appender)));
      }
      if (changes.size() >= BATCH) {
        root = tree.apply(root, changes, appender);
        changes.clear();
      }
    }
    return tree.apply(root, changes, appender);
  }

  /// The edits of `base` and of all `others`, which touch no file of the same datum twice.
  public Root unite(Root base, Iterator<Root> others, Appender appender) {
    var root = base;
    var changes = new TreeMap<Bytes, Optional<Item>>();
    while (others.hasNext()) {
      for (var items = edits(others.next()); items.hasNext(); ) {
        var item = items.next();
        changes.merge(item.key(), Optional.of(item), (_, now) -> now);
        if (changes.size() >= BATCH) {
          root = fold(root, tree.apply(Root.EMPTY, changes, appender), appender);
          changes.clear();
        }
      }
    }
    return fold(root, tree.apply(Root.EMPTY, changes, appender), appender);
  }

  /// The paths of the files that `fileSet` writes.
  public Iterator<FilePath> paths(Root fileSet) {
    var items = edits(fileSet);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public FilePath next() {
        var key = items.next().key().text();
        return FilePath.clean(key.substring(0, key.indexOf('\0')));
      }
    };
  }

  private Item compose(
      Root older,
      NavigableMap<Bytes, Optional<Item>> changes,
      Edit.OfFile newer,
      Appender appender) {
    var key = newer.key();
    var before = changes.containsKey(key) ? changes.get(key) : tree.get(older, key);
    if (newer.reset() || before.isEmpty()) {
      return newer.encode();
    }
    return ((Edit.OfFile) Edit.decode(before.get())).then(newer, this, appender).encode();
  }

  private Root clear(Root root, Edit.Reset reset, Appender appender) {
    var changes = new TreeMap<Bytes, Optional<Item>>();
    var prefix = Bytes.of(reset.directory().asDirectory());
    for (var items = tree.scan(root, prefix); items.hasNext(); ) {
      var item = items.next();
      if (!item.key().startsWith(prefix)) {
        break;
      }
      if (reset.covers(Edit.decode(item).datum())) {
        changes.put(item.key(), Optional.empty());
      }
    }
    return tree.apply(root, changes, appender);
  }

  FileRef concat(FileRef first, FileRef second, Appender appender) {
    var writer = new FileWriter(appender, limits);
    return FileWriter.concat(new FileReader(records), writer, first, second);
  }

  /// Collects the edits of one stream, in order.
  public Writer writer(Appender appender) {
    return new Writer(appender);
  }

  /// The edits in the order of paths.
  Iterator<Item> edits(Root fileSet) {
    return tree.scan(fileSet, Bytes.EMPTY);
  }

  /// The paths that `fileSet` adds, replaces or deletes one by one.
  public boolean touches(Root fileSet, FilePath path) {
    var prefix = Bytes.of(path.text() + "\0");
    var items = tree.scan(fileSet, prefix);
    return items.hasNext() && items.next().key().startsWith(prefix);
  }

  /// The edits of one stream: kept in memory up to a fixed number, folded into a tree past it.
  public final class Writer {
    private final Appender appender;
    private final NavigableMap<Bytes, Edit.OfFile> files = new TreeMap<>();
    private final List<Edit.Reset> resets = new ArrayList<>();
    private Root done = Root.EMPTY;

    private Writer(Appender appender) {
      this.appender = appender;
    }

    /// Where to write the content of files that will be added here.
    public FileWriter content() {
      return new FileWriter(appender, limits);
    }

    /// Appends `content` to a file, which it makes where it does not exist.
    public void append(FilePath path, String datum, FileRef content) {
      put(new Edit.OfFile(path, datum, false, true, content));
    }

    /// Deletes a file.
    public void delete(FilePath path, String datum) {
      put(new Edit.OfFile(path, datum, true, false, FileRef.empty()));
    }

    /// Deletes the files below a directory: those of `datum`, or all where it is empty.
    public void deleteTree(FilePath directory, String datum) {
      var reset = new Edit.Reset(directory, datum);
      var prefix = Bytes.of(directory.asDirectory());
      files
          .tailMap(prefix, true)
          .entrySet()
          .removeIf(e -> e.getKey().startsWith(prefix) && reset.covers(e.getValue().datum()));
      if (!files.isEmpty()) {
        flush();
      }
      resets.add(reset);
    }

    private void put(Edit.OfFile edit) {
      if (!resets.isEmpty()) {
        flush();
      }
      var before = files.get(edit.key());
      files.put(edit.key(), before == null ? edit : before.then(edit, FileSets.this, appender));
      if (files.size() >= BATCH) {
        flush();
      }
    }

    private void flush() {
      var changes = new TreeMap<Bytes, Optional<Item>>();
      resets.forEach(reset -> changes.put(reset.key(), Optional.of(reset.encode())));
      files.forEach((key, edit) -> changes.put(key, Optional.of(edit.encode())));
      resets.clear();
      files.clear();
      done = fold(done, tree.apply(Root.EMPTY, changes, appender), appender);
    }

    /// The file set of all that was written.
    public Root finish() {
      flush();
      return done;
    }
  }
}
