package dev.trunkline.content;

import java.util.List;
import java.util.function.Consumer;

/// Reads stored records.
public interface Records {
  /// The record that `ref` names, verified against its hash.
  ///
  /// @throws dev.trunkline.base.Failure of kind CORRUPT that names the pack where it is not what
  ///   was written
  byte[] read(Ref ref);

  /// Reads `refs` one after the other and hands the records to `sink` in that order; those that lie
  /// side by side may be fetched together.
  default void read(List<Ref> refs, Consumer<byte[]> sink) {
    refs.forEach(ref -> sink.accept(read(ref)));
  }
}
