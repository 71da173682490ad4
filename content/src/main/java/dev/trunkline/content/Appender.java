package dev.trunkline.content;

import dev.trunkline.base.Hash;
import java.util.function.Supplier;

/// Where a stream of writes puts its records. What was appended can be read back at once through
/// the [Records] of the same store, and becomes durable and visible to others when the stream is
/// published.
public interface Appender {
  /// Stores `record` under `hash`, or finds it stored already.
  Ref append(RecordKind kind, Hash hash, byte[] record);

  /// Begins to store a chunk, which another thread may hash meanwhile. The result stores it: ask
  /// for it once, in the order in which chunks were begun.
  default Supplier<Ref> begin(byte[] chunk) {
    return () -> append(RecordKind.CHUNK, Verification.chunk(chunk), chunk);
  }
}
