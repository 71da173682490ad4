package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Writes the primitive values of the stored formats: `docs/format/trees.md`, section 1.
public final class Encoder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  /// Starts empty.
  public Encoder() {}

  /// One byte.
  public Encoder u8(int value) {
    out.write(value);
    return this;
  }

  /// Eight bytes, big-endian.
  public Encoder u64(long value) {
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    return this;
  }

  /// Four bytes, big-endian.
  public Encoder u32(int value) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    return this;
  }

  /// An unsigned number in groups of seven bits, lowest first.
  public Encoder varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  /// 32 bytes.
  public Encoder hash(Hash hash) {
    out.writeBytes(hash.bytes());
    return this;
  }

  /// A length as a varint, then the bytes.
  public Encoder bytes(byte[] bytes) {
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /// A length as a varint, then the bytes.
  public Encoder bytes(Bytes bytes) {
    return bytes(bytes.array());
  }

  /// The bytes alone.
  public Encoder raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /// A text as the bytes of its UTF-8 form.
  public Encoder text(String text) {
    return bytes(Bytes.of(text));
  }

  /// Number of bytes written.
  public int size() {
    return out.size();
  }

  /// What was written.
  public byte[] array() {
    return out.toByteArray();
  }
}
