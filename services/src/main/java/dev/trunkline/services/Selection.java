package dev.trunkline.services;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.wire.pfs.PathRange;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a request selects from a tree: the paths that a glob matches, within a range. Directories
/// in which nothing can be selected are not entered, and a pattern without wildcards is looked up.
record Selection(Glob glob, PathRange range) {
  /// The files and directories that the glob matches, in order.
  Iterator<Entry> matches(Trees trees, Root root) {
    if (isLiteral()) {
      return trees
          .stat(root, FilePath.clean(glob.pattern()))
          .filter(this::inRange)
          .<Iterator<Entry>>map(entry -> Collections.singleton(entry).iterator())
          .orElse(Collections.emptyIterator());
    }
    var walk = trees.walk(root, directory -> glob.mayMatchBelow(directory) && reaches(directory));
    return kept(walk, entry -> glob.matches(entry.path()));
  }

  /// The same, each directory with all that lies below it.
  Iterator<Entry> matchesAndBelow(Trees trees, Root root) {
    if (isLiteral()) {
      return kept(trees.walk(root, FilePath.clean(glob.pattern())), _ -> true);
    }
    var entered = new Covered(glob);
    var walk =
        trees.walk(
            root,
            directory ->
                (entered.covers(directory) || glob.mayMatchBelow(directory)) && reaches(directory));
    var sent = new Covered(glob);
    return kept(walk, entry -> sent.covers(entry.path()));
  }

  private boolean isLiteral() {
    return glob.literalPrefix().equals(glob.pattern());
  }

  private boolean inRange(Entry entry) {
    var shown = entry.shown();
    return shown.compareTo(range.getLower()) >= 0 && !isBeyond(shown);
  }

  private boolean isBeyond(String shown) {
    return !range.getUpper().isEmpty() && shown.compareTo(range.getUpper()) >= 0;
  }

  /// Whether something below `directory` can be in the range.
  private boolean reaches(FilePath directory) {
    var first = directory.asDirectory();
    var beyond = first.substring(0, first.length() - 1) + (char) ('/' + 1);
    return !isBeyond(first) && beyond.compareTo(range.getLower()) > 0;
  }

  private Iterator<Entry> kept(Iterator<Entry> entries, Predicate<Entry> wanted) {
    return new Iterator<>() {
      private @Nullable Entry ahead = find();

      private @Nullable Entry find() {
        while (entries.hasNext()) {
          var entry = entries.next();
          if (isBeyond(entry.shown())) {
            return null;
          }
          if (wanted.test(entry) && inRange(entry)) {
            return entry;
          }
        }
        return null;
      }

      @Override
      public boolean hasNext() {
        return ahead != null;
      }

      @Override
      public Entry next() {
        var entry = ahead;
        if (entry == null) {
          throw new NoSuchElementException();
        }
        ahead = find();
        return entry;
      }
    };
  }

  /// Tells, for paths that come in order, which a glob matches or which lie below a match.
  private static final class Covered {
    private final Glob glob;
    private @Nullable FilePath match;

    private Covered(Glob glob) {
      this.glob = glob;
    }

    private boolean covers(FilePath path) {
      if (match != null && match.holds(path)) {
        return true;
      }
      if (glob.matches(path)) {
        match = path;
        return true;
      }
      return false;
    }
  }
}
