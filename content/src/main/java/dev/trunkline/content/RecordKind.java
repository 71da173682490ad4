package dev.trunkline.content;

import dev.trunkline.base.Failure;

/// What a stored record is; the kind is hashed with it, so that user bytes never pose as a node.
public enum RecordKind {
  /// A piece of a file.
  CHUNK(1),
  /// A node of a tree.
  NODE(2);

  private final int code;

  RecordKind(int code) {
    this.code = code;
  }

  /// The byte that stands for this kind in stored form.
  public int code() {
    return code;
  }

  /// The kind that a stored byte stands for.
  public static RecordKind of(int code) {
    return switch (code) {
      case 1 -> CHUNK;
      case 2 -> NODE;
      default -> throw new Failure(Failure.Kind.CORRUPT, "unknown kind of record " + code);
    };
  }
}
