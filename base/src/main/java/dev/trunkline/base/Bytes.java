package dev.trunkline.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;

/// An immutable string of bytes, ordered as unsigned bytes are.
public final class Bytes implements Comparable<Bytes> {
  /// No bytes at all.
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Takes over `bytes`: the caller must not change them any more.
  public static Bytes of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes);
  }

  /// The UTF-8 form of `text`.
  public static Bytes of(String text) {
    return of(text.getBytes(UTF_8));
  }

  /// The bytes themselves, not a copy: the caller must not change them.
  public byte[] array() {
    return bytes;
  }

  /// Number of bytes.
  public int length() {
    return bytes.length;
  }

  /// Whether there are no bytes.
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /// The bytes read as UTF-8.
  public String text() {
    return new String(bytes, UTF_8);
  }

  /// Whether the first bytes are `prefix`.
  public boolean startsWith(Bytes prefix) {
    return bytes.length >= prefix.bytes.length
        && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes o && Arrays.equals(bytes, o.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
