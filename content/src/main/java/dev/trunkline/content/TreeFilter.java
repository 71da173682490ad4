package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Check;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Changes the tags of a tree, or drops what has a certain tag. What one tag holds for is not read.
final class TreeFilter {
  private final KeyTree tree;
  private final @Nullable Appender appender;
  private final Change change;
  private final boolean resets;

  /// @param resets whether resets stay
  TreeFilter(KeyTree tree, @Nullable Appender appender, boolean resets, Change change) {
    this.tree = tree;
    this.appender = appender;
    this.change = change;
    this.resets = resets;
  }

  /// Stores nothing: the results say content and sums, and only what was taken over can be read.
  static TreeFilter measuring(KeyTree tree, Change change) {
    return new TreeFilter(tree, null, false, change);
  }

  /// @param top whether the root is that of everything
  Root apply(Root root, boolean top) {
    if (!root.tag().isEmpty()) {
      return change
          .of(Tag.decode(root.tag()))
          .map(tag -> root.tagged(tag.encode()))
          .orElse(Root.EMPTY);
    }
    var out =
        appender == null
            ? DirectoryBuilder.measuring(tree)
            : DirectoryBuilder.of(tree, appender, top);
    for (var items = tree.scan(root, Bytes.EMPTY); items.hasNext(); ) {
      var item = items.next();
      if (Children.isReset(item)) {
        if (resets) {
          out.reset(Reset.of(item));
        }
      } else if (Children.isDirectory(item)) {
        out.directory(Children.name(item), apply(Children.root(item), false));
      } else {
        file(item, out);
      }
    }
    return out.finish();
  }

  private void file(Item item, DirectoryBuilder out) {
    var variants = new TreeMap<String, FileEdit>(Tag.BY_BYTES);
    Children.variants(item)
        .forEach((datum, file) ->
            change
                .of(new Tag(file.mode(), datum))
                .ifPresent(tag -> {
                  var other = new FileEdit(tag.mode(), file.content());
                  Check.that(
                      variants.put(tag.datum(), other) == null,
                      "a change of tags keeps the files of two datums apart");
                }));
    if (!variants.isEmpty()) {
      out.file(Children.name(item), variants);
    }
  }

  /// What becomes of a tag; nothing where its files go.
  interface Change {
    Optional<Tag> of(Tag tag);
  }
}
