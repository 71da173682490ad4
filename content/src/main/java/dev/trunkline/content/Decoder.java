package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.function.Function;

/// Reads what [Encoder] wrote; every length is bounded by the bytes that are left.
public final class Decoder {
  private final ByteBuffer in;

  private Decoder(ByteBuffer in) {
    this.in = in;
  }

  /// Decodes all of `bytes` with `reader`; bytes that do not fit are a [Failure] of kind CORRUPT.
  public static <T> T decode(byte[] bytes, Function<Decoder, T> reader) {
    var decoder = new Decoder(ByteBuffer.wrap(bytes));
    try {
      T value = reader.apply(decoder);
      if (decoder.in.hasRemaining()) {
        throw corrupt("bytes are left over");
      }
      return value;
    } catch (BufferUnderflowException | NoSuchElementException e) {
      throw new Failure(Failure.Kind.CORRUPT, "stored bytes end too early", e);
    }
  }

  private static Failure corrupt(String why) {
    return new Failure(Failure.Kind.CORRUPT, "stored bytes do not parse: " + why);
  }

  /// One byte.
  public int u8() {
    return in.get() & 0xff;
  }

  /// Eight bytes, big-endian.
  public long u64() {
    return in.getLong();
  }

  /// Four bytes, big-endian.
  public int u32() {
    return in.getInt();
  }

  /// An unsigned number of at most 63 bits.
  public long varint() {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int b = u8();
      value |= (long) (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        return value;
      }
    }
    throw corrupt("a number is too long");
  }

  /// An unsigned number of at most 31 bits.
  public int varint32() {
    long value = varint();
    if (value > Integer.MAX_VALUE) {
      throw corrupt("a number is too large");
    }
    return (int) value;
  }

  /// A number of things that take at least `least` bytes each of what is left.
  int count(int least) {
    int count = varint32();
    if (count > in.remaining() / least) {
      throw corrupt("a number is larger than what is left");
    }
    return count;
  }

  /// As many numbers.
  long[] varints(int count) {
    if (count > in.remaining()) {
      throw corrupt("a number is larger than what is left");
    }
    var numbers = new long[count];
    Arrays.setAll(numbers, _ -> varint());
    return numbers;
  }

  /// All bytes that are left.
  byte[] rest() {
    return raw(in.remaining());
  }

  /// 32 bytes.
  public Hash hash() {
    return Hash.read(in);
  }

  /// A length as a varint, then as many bytes.
  public byte[] bytes() {
    return raw(varint32());
  }

  /// Exactly `length` bytes.
  public byte[] raw(int length) {
    if (length < 0 || length > in.remaining()) {
      throw corrupt("a length is larger than what is left");
    }
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /// A text in UTF-8.
  public String text() {
    return Bytes.of(bytes()).text();
  }
}
