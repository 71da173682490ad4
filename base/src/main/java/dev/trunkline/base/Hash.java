package dev.trunkline.base;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A 256-bit digest, ordered as its bytes are when read as unsigned numbers.
public final class Hash implements Comparable<Hash> {
  /// Length of every hash in bytes.
  public static final int BYTES = 32;

  /// Copied for each use: that is cheaper than to ask the providers for a new one.
  private static final MessageDigest SHA_256 = newSha256();

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  private Hash(ByteBuffer bytes) {
    first = bytes.getLong();
    second = bytes.getLong();
    third = bytes.getLong();
    fourth = bytes.getLong();
  }

  /// The hash made of exactly 32 bytes.
  public static Hash of(byte[] bytes) {
    Check.that(bytes.length == BYTES, "a hash has 32 bytes");
    return new Hash(ByteBuffer.wrap(bytes));
  }

  /// Reads the next 32 bytes of `buffer` and advances it.
  public static Hash read(ByteBuffer buffer) {
    return new Hash(buffer);
  }

  /// Reads 64 hex digits of either case.
  public static Hash parse(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  /// SHA-256 of the concatenation of `parts`.
  public static Hash sha256(byte[]... parts) {
    var digest = sha256();
    for (var part : parts) {
      digest.update(part);
    }
    return of(digest.digest());
  }

  /// A fresh SHA-256, for input that comes in pieces.
  public static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException _) {
      return newSha256();
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /// A copy of the 32 bytes.
  public byte[] bytes() {
    var bytes = new byte[BYTES];
    write(ByteBuffer.wrap(bytes));
    return bytes;
  }

  /// Appends the 32 bytes to `buffer`.
  public void write(ByteBuffer buffer) {
    buffer.putLong(first).putLong(second).putLong(third).putLong(fourth);
  }

  /// The first eight bytes, big-endian: an evenly spread number to bucket by.
  public long prefix() {
    return first;
  }

  /// 64 lower-case hex digits.
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }

  @Override
  public int compareTo(Hash other) {
    int order = Long.compareUnsigned(first, other.first);
    if (order == 0) {
      order = Long.compareUnsigned(second, other.second);
    }
    if (order == 0) {
      order = Long.compareUnsigned(third, other.third);
    }
    return order == 0 ? Long.compareUnsigned(fourth, other.fourth) : order;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash hash
        && first == hash.first
        && second == hash.second
        && third == hash.third
        && fourth == hash.fourth;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(first);
  }

  @Override
  public String toString() {
    return hex();
  }
}
