package dev.trunkline.content;

/// Reads stored records.
public interface Records {
  /// The record that `ref` names, verified against its hash.
  ///
  /// @throws dev.trunkline.base.Failure of kind CORRUPT that names the pack where it is not what
  ///   was written
  byte[] read(Ref ref);
}
