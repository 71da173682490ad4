package dev.trunkline.content;

/// The first byte of every node's body: which tree it belongs to.
final class NodeType {
  /// A tree over the chunks of a file.
  static final int CHUNKS = 1;

  /// A tree of keys and values.
  static final int KEYS = 2;

  private NodeType() {}
}
