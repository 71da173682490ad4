package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Writes the primitive values of the stored formats: `docs/format/trees.md`, section 1.
public final class Encoder {
  /// What 64 bits take in groups of seven.
  private static final int VARINT_MAX = 10;

  private ByteBuffer out = ByteBuffer.allocate(256);

  /// Starts empty.
  public Encoder() {}

  /// One byte.
  public Encoder u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int size = Math.max(out.position() + bytes, 2 * out.capacity());
      out = ByteBuffer.wrap(Arrays.copyOf(out.array(), size)).position(out.position());
    }
    return out;
  }

  /// Eight bytes, big-endian.
  public Encoder u64(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  /// Four bytes, big-endian.
  public Encoder u32(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  /// An unsigned number in groups of seven bits, lowest first.
  public Encoder varint(long value) {
    var buffer = room(VARINT_MAX);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer.put((byte) ((int) (rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    buffer.put((byte) rest);
    return this;
  }

  /// 32 bytes.
  public Encoder hash(Hash hash) {
    hash.write(room(Hash.BYTES));
    return this;
  }

  /// A length as a varint, then the bytes.
  public Encoder bytes(byte[] bytes) {
    return varint(bytes.length).raw(bytes);
  }

  /// A length as a varint, then the bytes.
  public Encoder bytes(Bytes bytes) {
    return bytes(bytes.array());
  }

  /// The bytes alone.
  public Encoder raw(byte[] bytes) {
    room(bytes.length).put(bytes);
    return this;
  }

  /// A text as the bytes of its UTF-8 form.
  public Encoder text(String text) {
    return bytes(Bytes.of(text));
  }

  /// Number of bytes written.
  public int size() {
    return out.position();
  }

  /// What was written.
  public byte[] array() {
    return Arrays.copyOf(out.array(), out.position());
  }
}
