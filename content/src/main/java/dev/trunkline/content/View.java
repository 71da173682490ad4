package dev.trunkline.content;

import dev.trunkline.base.FilePath;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/// What a reader sees of a tree: everything, or the files of one datum and the directories above
/// them.
///
/// A directory that several datums wrote is gone through to say how large the seen part of it is;
/// one that a single datum wrote is seen or not by its tag.
///
/// @param datum whose files are seen; those of all where it is empty
record View(KeyTree tree, String datum) {
  boolean isWhole() {
    return datum.isEmpty();
  }

  /// The entries that an item stands for; none where nothing of it is seen.
  List<? extends Entry> entries(FilePath parent, Item item) {
    if (isWhole()) {
      return Children.entries(parent, item);
    }
    var path = parent.child(Children.name(item));
    if (Children.isDirectory(item)) {
      return directory(path, Children.root(item)).stream().toList();
    }
    return variants(item).values().stream()
        .map(file -> new Entry.OfFile(path, datum, file.content()))
        .toList();
  }

  /// A directory as it is seen; its root is still that of everything in it.
  Optional<Entry.OfDirectory> directory(FilePath path, Root root) {
    var seen = narrowed(root);
    return seen.isEmpty()
        ? Optional.empty()
        : Optional.of(new Entry.OfDirectory(path, root, seen.summary().bytes(), seen.content()));
  }

  /// The seen variants of a file.
  NavigableMap<String, FileEdit> variants(Item file) {
    var variants = Children.variants(file);
    if (!isWhole()) {
      variants.keySet().removeIf(other -> !other.equals(datum));
    }
    return variants;
  }

  /// The content hash and the sums of what is seen; its nodes are not stored.
  Root narrowed(Root root) {
    return isWhole() ? root : TreeFilter.measuring(tree, this::keeps).apply(root, true);
  }

  private Optional<Tag> keeps(Tag tag) {
    return tag.isOf(datum) ? Optional.of(tag) : Optional.empty();
  }
}
