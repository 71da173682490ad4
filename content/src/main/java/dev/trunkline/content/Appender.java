package dev.trunkline.content;

import dev.trunkline.base.Hash;

/// Where a stream of writes puts its records. What was appended can be read back at once through
/// the [Records] of the same store, and becomes durable and visible to others when the stream is
/// published.
public interface Appender {
  /// Stores `record` under `hash`, or finds it stored already.
  Ref append(RecordKind kind, Hash hash, byte[] record);
}
