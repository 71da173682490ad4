package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Hash;
import java.util.Arrays;
import java.util.function.Consumer;

/// Cuts a stream of bytes into chunks whose borders depend on content alone: FastCDC with a gear
/// hash and normalised chunking (Xia et al., 2016 and 2020). `docs/format/chunks.md`.
///
/// The hash starts anew at every cut, so borders depend only on the bytes since the last one.
final class Chunker {
  private static final long[] GEAR = gear();

  private final ChunkLimits limits;
  private final Consumer<byte[]> sink;
  private final long strict;
  private final long loose;
  private byte[] buffer = new byte[0];
  private int filled;
  private long fingerprint;

  /// Hands each finished chunk to `sink`.
  Chunker(ChunkLimits limits, Consumer<byte[]> sink) {
    this.limits = limits;
    this.sink = sink;
    int bits = Integer.numberOfTrailingZeros(limits.average());
    strict = -1L << (64 - bits - 2);
    loose = -1L << (64 - bits + 2);
  }

  private static long[] gear() {
    var table = new long[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = Hash.sha256(("trunkline gear " + i).getBytes(US_ASCII)).prefix();
    }
    return table;
  }

  /// How many bytes came since the last cut.
  int pending() {
    return filled;
  }

  void add(byte[] bytes, int from, int length) {
    int start = from;
    int end = from + length;
    for (int cut = scan(bytes, start, end); cut >= 0; cut = scan(bytes, start, end)) {
      emit(bytes, start, cut);
      start = cut;
    }
    reserve(filled + end - start);
    System.arraycopy(bytes, start, buffer, filled, end - start);
    filled += end - start;
  }

  private void reserve(int size) {
    if (size > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(limits.maximum(), Math.max(size, buffer.length * 4)));
    }
  }

  /// Where in `bytes` the chunk ends that begins with the buffer and goes on at `start`; below 0
  /// where its end has not come yet. What is in the buffer is part of the fingerprint already.
  private int scan(byte[] bytes, int start, int end) {
    int at = start + Math.max(0, limits.minimum() - filled);
    int normal = Math.min(end, start + limits.average() - filled);
    int last = Math.min(end, start + limits.maximum() - filled);
    long hash = fingerprint;
    for (; at < normal; at++) {
      hash = (hash << 1) + GEAR[bytes[at] & 0xff];
      if ((hash & strict) == 0) {
        return at + 1;
      }
    }
    for (; at < last; at++) {
      hash = (hash << 1) + GEAR[bytes[at] & 0xff];
      if ((hash & loose) == 0) {
        return at + 1;
      }
    }
    if (start + limits.maximum() - filled <= end) {
      return last;
    }
    fingerprint = hash;
    return -1;
  }

  private void emit(byte[] bytes, int start, int cut) {
    var chunk = Arrays.copyOf(buffer, filled + cut - start);
    System.arraycopy(bytes, start, chunk, filled, cut - start);
    filled = 0;
    fingerprint = 0;
    sink.accept(chunk);
  }

  /// Ends the stream: what is left becomes the last chunk.
  void finish() {
    if (filled > 0) {
      emit(buffer, 0, 0);
    }
  }
}
