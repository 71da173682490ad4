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
  private static final byte[] EMPTY = {};

  private final ChunkLimits limits;
  private final Consumer<byte[]> sink;
  private final long strict;
  private final long loose;

  /// The bytes since the last cut: `filled` of them from `heldFrom` on. They stay in the array that
  /// was handed in until more bytes come, and only then move to `buffer`.
  private byte[] held = EMPTY;

  private int heldFrom;
  private int filled;
  private boolean gathered;
  private byte[] buffer = EMPTY;
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

  /// Takes bytes over: the caller must not change them any more.
  void add(byte[] bytes, int from, int length) {
    int start = from;
    int end = from + length;
    for (int cut = scan(bytes, start, end); cut >= 0; cut = scan(bytes, start, end)) {
      emit(bytes, start, cut);
      start = cut;
    }
    if (filled == 0) {
      held = bytes;
      heldFrom = start;
    } else {
      gather(filled + end - start);
      System.arraycopy(bytes, start, buffer, filled, end - start);
    }
    filled += end - start;
  }

  /// Brings what is held into a buffer that has room for `size` bytes.
  private void gather(int size) {
    if (gathered && size <= buffer.length) {
      return;
    }
    if (size > buffer.length) {
      buffer = new byte[Math.min(limits.maximum(), Math.max(size, filled * 4))];
    }
    System.arraycopy(held, heldFrom, buffer, 0, filled);
    held = buffer;
    heldFrom = 0;
    gathered = true;
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
    var chunk = new byte[filled + cut - start];
    System.arraycopy(held, heldFrom, chunk, 0, filled);
    System.arraycopy(bytes, start, chunk, filled, cut - start);
    end(chunk);
  }

  private void end(byte[] chunk) {
    filled = 0;
    fingerprint = 0;
    held = EMPTY;
    heldFrom = 0;
    gathered = false;
    sink.accept(chunk);
  }

  /// Ends the stream: what is left becomes the last chunk.
  void finish() {
    if (filled > 0) {
      boolean whole = filled == held.length;
      end(whole ? held : Arrays.copyOfRange(held, heldFrom, heldFrom + filled));
    }
  }
}
