package dev.trunkline.storage;

import dev.trunkline.base.Hash;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Ref;

/// A stored record that later uploads may refer to.
///
/// @param print what a node looks like byte for byte; its name does not cover where its children
///   lie
record Known(Ref ref, long print) {
  static long print(RecordKind kind, byte[] record) {
    return kind == RecordKind.NODE ? Hash.sha256(record).prefix() : 0;
  }
}
