package dev.trunkline.storage;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The memory of all packs of the process that are being filled or written: one budget, outside of
/// the heap, in pieces that are used again. Not safe for threads; [PackWriters] guards it.
final class Segments {
  /// Bytes of a segment: what a tiny commit takes at least.
  static final int BYTES = 256 << 10;

  private final int most;
  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private int taken;

  /// At most `budget` bytes, of which none are taken before they are needed.
  Segments(long budget) {
    most = Math.toIntExact(Math.max(2, budget / BYTES));
  }

  /// An empty segment, unless the budget is used up.
  @Nullable ByteBuffer take() {
    return taken < most ? force() : null;
  }

  /// An empty segment even beyond the budget, for a record that is larger than all of it.
  ByteBuffer force() {
    taken++;
    var reused = free.poll();
    return reused == null ? ByteBuffer.allocateDirect(BYTES) : reused.clear();
  }

  void give(Collection<ByteBuffer> segments) {
    for (var segment : segments) {
      taken--;
      if (free.size() < most) {
        free.push(segment);
      }
    }
  }

  /// Bytes in use.
  long used() {
    return (long) taken * BYTES;
  }
}
