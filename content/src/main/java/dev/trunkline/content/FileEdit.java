package dev.trunkline.content;

import dev.trunkline.base.Hash;

/// A file by one datum: in a commit its content, in a file set what is done to it.
record FileEdit(Tag.Mode mode, FileRef content) {
  private static final Hash DELETED =
      Hash.sha256("trunkline deleted\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

  static final FileEdit DELETE = new FileEdit(Tag.Mode.DELETE, FileRef.empty());

  boolean isPresent() {
    return mode != Tag.Mode.DELETE;
  }

  Hash hash() {
    return isPresent() ? content.hash() : DELETED;
  }

  /// This edit and then `newer` as one; of a file, what becomes of it.
  FileEdit then(FileEdit newer, Concat concat) {
    return switch (newer.mode) {
      case FILE, REPLACE, DELETE -> newer;
      case APPEND ->
          new FileEdit(
              mode == Tag.Mode.DELETE ? Tag.Mode.REPLACE : mode, concat.of(content, newer.content));
    };
  }

  /// Joins contents.
  interface Concat {
    FileRef of(FileRef first, FileRef second);
  }
}
