package dev.trunkline.content;

import dev.trunkline.base.Check;

/// The sizes that decide every chunk and every node; a store keeps them for life, for they are in
/// every hash.
///
/// @param minimum smallest chunk in bytes, the last of a file excepted
/// @param average size aimed at, a power of two
/// @param maximum largest chunk in bytes
/// @param nodeTarget entries that a node has on average
public record ChunkLimits(int minimum, int average, int maximum, int nodeTarget) {
  /// What stores are made with.
  public static final ChunkLimits STANDARD = new ChunkLimits(64 << 10, 256 << 10, 1 << 20, 64);

  /// So small that tests meet every case.
  public static final ChunkLimits TINY = new ChunkLimits(64, 256, 1024, 4);

  /// Checks that the sizes are in order.
  public ChunkLimits {
    Check.that(
        minimum > 0 && minimum < average && average < maximum && Integer.bitCount(average) == 1,
        "chunk limits are in order, and the average is a power of two");
  }
}
