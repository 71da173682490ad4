package dev.trunkline.base;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// BLAKE2b with a digest of 32 bytes and no key, after RFC 7693. Datum ids and hashes are made with
/// it.
public final class Blake2b256 {
  private static final int BLOCK = 128;
  private static final long[] IV = {
    0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
    0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L
  };
  private static final byte[][] SIGMA = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}
  };

  private final long[] state = IV.clone();
  private final byte[] block = new byte[BLOCK];
  private int filled;
  private long total;

  /// An empty digest.
  public Blake2b256() {
    state[0] ^= 0x01010000L ^ Hash.BYTES;
  }

  /// The digest of `bytes`.
  public static Hash of(byte[] bytes) {
    return new Blake2b256().update(bytes).digest();
  }

  /// Adds `bytes` and returns this digest.
  public Blake2b256 update(byte[] bytes) {
    int from = 0;
    while (from < bytes.length) {
      if (filled == BLOCK) {
        total += BLOCK;
        compress(false);
        filled = 0;
      }
      int some = Math.min(BLOCK - filled, bytes.length - from);
      System.arraycopy(bytes, from, block, filled, some);
      filled += some;
      from += some;
    }
    return this;
  }

  /// Ends the digest; it cannot be used afterwards.
  public Hash digest() {
    total += filled;
    Arrays.fill(block, filled, BLOCK, (byte) 0);
    compress(true);
    var out = ByteBuffer.allocate(Hash.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4; i++) {
      out.putLong(state[i]);
    }
    return Hash.of(out.array());
  }

  private void compress(boolean last) {
    var words = new long[16];
    ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
    var v = new long[16];
    System.arraycopy(state, 0, v, 0, 8);
    System.arraycopy(IV, 0, v, 8, 8);
    v[12] ^= total;
    if (last) {
      v[14] = ~v[14];
    }
    for (int round = 0; round < 12; round++) {
      var s = SIGMA[round % 10];
      for (int i = 0; i < 4; i++) {
        mix(v, new int[] {i, i + 4, i + 8, i + 12}, words[s[2 * i]], words[s[2 * i + 1]]);
      }
      for (int i = 0; i < 4; i++) {
        int[] diagonal = {i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4};
        mix(v, diagonal, words[s[8 + 2 * i]], words[s[9 + 2 * i]]);
      }
    }
    for (int i = 0; i < 8; i++) {
      state[i] ^= v[i] ^ v[i + 8];
    }
  }

  private static void mix(long[] v, int[] at, long x, long y) {
    int a = at[0];
    int b = at[1];
    int c = at[2];
    int d = at[3];
    v[a] += v[b] + x;
    v[d] = Long.rotateRight(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = Long.rotateRight(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = Long.rotateRight(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = Long.rotateRight(v[b] ^ v[c], 63);
  }
}
