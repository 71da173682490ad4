package dev.trunkline.content;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Hash;

/// A file or a directory of a tree.
public sealed interface Entry {
  /// Where it is; without a trailing slash also for a directory.
  FilePath path();

  /// In bytes; of a directory the sum over its files.
  long size();

  /// Equal for equal content; of a directory it covers the names below it.
  Hash hash();

  /// The path as answers show it and as walks order it: directories end in a slash.
  default String shown() {
    return path().text();
  }

  /// A file, written by `datum`.
  record OfFile(FilePath path, String datum, FileRef content) implements Entry {
    @Override
    public long size() {
      return content.length();
    }

    @Override
    public Hash hash() {
      return content.hash();
    }
  }

  /// A directory, whose children are the keys of `root`.
  ///
  /// @param size in bytes, of what the reader sees of it
  /// @param hash of what the reader sees of it
  record OfDirectory(FilePath path, Root root, long size, Hash hash) implements Entry {
    /// A directory of which everything is seen.
    public OfDirectory(FilePath path, Root root) {
      this(path, root, root.summary().bytes(), root.content());
    }

    @Override
    public String shown() {
      return path.asDirectory();
    }
  }
}
