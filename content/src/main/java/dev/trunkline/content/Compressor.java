package dev.trunkline.content;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Makes zstd frames of level 1. What zstd works with is used again: to set it up takes longer than
/// to compress a small record.
final class Compressor {
  private static final int LEVEL = 1;

  /// As many as threads ever compressed at the same time.
  private static final Queue<ZstdCompressCtx> IDLE = new ConcurrentLinkedQueue<>();

  private Compressor() {}

  /// The frame of the first `length` bytes of `record`.
  static byte[] frame(byte[] record, int length) {
    var idle = IDLE.poll();
    var context = idle == null ? new ZstdCompressCtx().setLevel(LEVEL) : idle;
    try {
      var frame = new byte[(int) Zstd.compressBound(length)];
      int size = context.compressByteArray(frame, 0, frame.length, record, 0, length);
      return Arrays.copyOf(frame, size);
    } finally {
      IDLE.add(context);
    }
  }
}
