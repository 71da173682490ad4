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
  private byte[] buffer;
  private int filled;
  private int scanned;
  private long fingerprint;

  /// Hands each finished chunk to `sink`.
  Chunker(ChunkLimits limits, Consumer<byte[]> sink) {
    this.limits = limits;
    this.sink = sink;
    int bits = Integer.numberOfTrailingZeros(limits.average());
    strict = -1L << (64 - bits - 2);
    loose = -1L << (64 - bits + 2);
    buffer = new byte[Math.min(limits.maximum(), 4096)];
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
    int taken = 0;
    while (taken < length) {
      int some = Math.min(limits.maximum() - filled, length - taken);
      reserve(filled + some);
      System.arraycopy(bytes, from + taken, buffer, filled, some);
      filled += some;
      taken += some;
      int cut = scan();
      while (cut > 0) {
        emit(cut);
        cut = scan();
      }
    }
  }

  private void reserve(int size) {
    if (size > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(limits.maximum(), Math.max(size, buffer.length * 4)));
    }
  }

  /// The length of the first chunk in the buffer, or 0 where its end has not come yet.
  private int scan() {
    int at = Math.max(scanned, limits.minimum());
    long hash = fingerprint;
    int normal = Math.min(filled, limits.average());
    for (; at < normal; at++) {
      hash = (hash << 1) + GEAR[buffer[at] & 0xff];
      if ((hash & strict) == 0) {
        return at + 1;
      }
    }
    for (; at < filled; at++) {
      hash = (hash << 1) + GEAR[buffer[at] & 0xff];
      if ((hash & loose) == 0) {
        return at + 1;
      }
    }
    if (filled == limits.maximum()) {
      return filled;
    }
    scanned = at;
    fingerprint = hash;
    return 0;
  }

  private void emit(int length) {
    sink.accept(Arrays.copyOf(buffer, length));
    System.arraycopy(buffer, length, buffer, 0, filled - length);
    filled -= length;
    scanned = 0;
    fingerprint = 0;
  }

  /// Ends the stream: what is left becomes the last chunk.
  void finish() {
    if (filled > 0) {
      emit(filled);
    }
  }
}
