package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Applies a file set to a tree of files: one pass over the edits, descending only where they lead.
final class TreeEdit {
  private static final int BATCH = 4096;

  private final KeyTree tree;
  private final FileSets sets;
  private final Appender appender;
  private final Iterator<Item> edits;
  private @Nullable Item next;

  TreeEdit(KeyTree tree, FileSets sets, Appender appender, Root fileSet) {
    this.tree = tree;
    this.sets = sets;
    this.appender = appender;
    this.edits = sets.edits(fileSet);
    advance();
  }

  private void advance() {
    next = edits.hasNext() ? edits.next() : null;
  }

  Root apply(Root root) {
    return new Directory(root, FilePath.ROOT).apply();
  }

  /// One directory on the way: its tree so far, and the children that changed since.
  private final class Directory {
    private final FilePath path;
    private final Bytes prefix;
    private final NavigableMap<String, NavigableMap<String, FileRef>> files = new TreeMap<>();
    private final NavigableMap<String, Root> directories = new TreeMap<>();
    private Root root;

    Directory(Root root, FilePath path) {
      this.root = root;
      this.path = path;
      this.prefix = Bytes.of(path.asDirectory());
    }

    Root apply() {
      while (next != null && next.key().startsWith(prefix)) {
        var rest = next.key().text().substring(prefix.length());
        int slash = rest.indexOf('/');
        int zero = rest.indexOf('\0');
        if (zero == 0) {
          reset(((Edit.Reset) Edit.decode(next)).datum());
          advance();
        } else if (slash >= 0 && slash < zero) {
          var name = rest.substring(0, slash);
          directories.put(name, new Directory(child(name), path.child(name)).apply());
        } else {
          file(rest.substring(0, zero), (Edit.OfFile) Edit.decode(next));
          advance();
        }
        if (files.size() + directories.size() >= BATCH) {
          flush();
        }
      }
      flush();
      return root;
    }

    private Root child(String name) {
      var known = directories.get(name);
      if (known != null) {
        return known;
      }
      return tree.get(root, Children.directoryKey(name)).map(Children::root).orElse(Root.EMPTY);
    }

    private void reset(String datum) {
      if (datum.isEmpty()) {
        root = Root.EMPTY;
        return;
      }
      for (var items = tree.scan(root, Bytes.EMPTY); items.hasNext(); ) {
        var item = items.next();
        var name = Children.name(item);
        if (Children.isDirectory(item)) {
          var below = new Directory(Children.root(item), path.child(name));
          below.reset(datum);
          below.flush();
          directories.put(name, below.root);
        } else if (Children.variants(item).containsKey(datum)) {
          variants(name).remove(datum);
        }
      }
      flush();
    }

    private NavigableMap<String, FileRef> variants(String name) {
      return files.computeIfAbsent(
          name,
          n -> tree.get(root, Children.fileKey(n)).map(Children::variants).orElseGet(TreeMap::new));
    }

    private void file(String name, Edit.OfFile edit) {
      var variants = variants(name);
      var before = edit.reset() ? null : variants.get(edit.datum());
      if (before != null) {
        variants.put(edit.datum(), sets.concat(before, edit.content(), appender));
      } else if (edit.present()) {
        variants.put(edit.datum(), edit.content());
      } else {
        variants.remove(edit.datum());
      }
    }

    /// Writes the changed children; whoever is touched probes its twin, a file and a directory of
    /// one name.
    private void flush() {
      var changes = new TreeMap<Bytes, Optional<Item>>();
      for (var name : files.keySet()) {
        if (!directories.containsKey(name)) {
          var twin = tree.get(root, Children.directoryKey(name));
          twin.ifPresent(item -> directories.put(name, Children.root(item)));
        }
      }
      files.forEach((name, variants) ->
          changes.put(
              Children.fileKey(name),
              variants.isEmpty() ? Optional.empty() : Optional.of(Children.file(name, variants))));
      directories.forEach((name, below) ->
          changes.put(
              Children.directoryKey(name),
              below.isEmpty()
                  ? Optional.empty()
                  : Optional.of(Children.directory(name, below, hasFile(name)))));
      files.clear();
      directories.clear();
      root = tree.apply(root, changes, appender);
    }

    private boolean hasFile(String name) {
      var changed = files.get(name);
      return changed == null
          ? tree.get(root, Children.fileKey(name)).isPresent()
          : !changed.isEmpty();
    }
  }
}
