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
  record OfDirectory(FilePath path, Root root) implements Entry {
    @Override
    public long size() {
      return root.summary().bytes();
    }

    @Override
    public Hash hash() {
      return root.content();
    }

    @Override
    public String shown() {
      return path.asDirectory();
    }
  }
}
