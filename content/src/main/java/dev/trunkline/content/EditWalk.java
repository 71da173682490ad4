package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All edits of a file set one by one, in the order of paths and in memory of its depth.
final class EditWalk implements Iterator<EditWalk.Located> {
  private final KeyTree tree;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private @Nullable Located next;

  EditWalk(KeyTree tree, Root fileSet) {
    this.tree = tree;
    enter(FilePath.ROOT, fileSet);
    if (next == null) {
      advance();
    }
  }

  /// The reset of a directory comes before all of its edits.
  private void enter(FilePath directory, Root root) {
    frames.push(new Frame(directory, tree.scan(root, Bytes.EMPTY)));
    var reset = root.tag().isEmpty() ? tree.get(root, Reset.KEY) : Optional.<Item>empty();
    next = reset.map(item -> new Located(directory, item)).orElse(null);
  }

  private void advance() {
    next = null;
    while (next == null && !frames.isEmpty()) {
      var frame = frames.getFirst();
      if (!frame.items.hasNext()) {
        frames.pop();
        continue;
      }
      var item = frame.items.next();
      if (Children.isDirectory(item)) {
        enter(frame.directory.child(Children.name(item)), Children.root(item));
      } else if (!Children.isReset(item)) {
        next = new Located(frame.directory, item);
      }
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Located next() {
    var found = next;
    if (found == null) {
      throw new NoSuchElementException();
    }
    advance();
    return found;
  }

  /// A file or a reset, and the directory that it stands in.
  record Located(FilePath directory, Item item) {}

  private record Frame(FilePath directory, Iterator<Item> items) {}

  /// The paths of the files among edits.
  static final class Paths implements Iterator<FilePath> {
    private final EditWalk edits;
    private @Nullable FilePath next;

    Paths(EditWalk edits) {
      this.edits = edits;
      advance();
    }

    private void advance() {
      next = null;
      while (next == null && edits.hasNext()) {
        var edit = edits.next();
        if (!Children.isReset(edit.item())) {
          next = edit.directory().child(Children.name(edit.item()));
        }
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public FilePath next() {
      var found = next;
      if (found == null) {
        throw new NoSuchElementException();
      }
      advance();
      return found;
    }
  }
}
