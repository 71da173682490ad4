package dev.trunkline.services;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.UnsafeByteOperations;
import dev.trunkline.versions.FileWrite;
import dev.trunkline.wire.pfs.AddFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Appends to a file what a message holds of it, without a copy: messages do not change.
final class FileContent extends ByteOutput {
  private final FileWrite target;
  private final AddFile file;

  private FileContent(FileWrite target, AddFile file) {
    this.target = target;
    this.file = file;
  }

  /// Appends the content of `file` to the file of that name in `target`.
  static void append(FileWrite target, AddFile file) {
    try {
      UnsafeByteOperations.unsafeWriteTo(file.getRaw().getValue(), new FileContent(target, file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void writeLazy(byte[] value, int offset, int length) {
    target.append(file.getPath(), file.getDatum(), value, offset, length);
  }

  @Override
  public void write(byte value) {
    writeLazy(new byte[] {value}, 0, 1);
  }

  @Override
  public void write(byte[] value, int offset, int length) {
    writeLazy(Arrays.copyOfRange(value, offset, offset + length), 0, length);
  }

  @Override
  public void write(ByteBuffer value) {
    var bytes = new byte[value.remaining()];
    value.get(bytes);
    writeLazy(bytes, 0, bytes.length);
  }

  @Override
  public void writeLazy(ByteBuffer value) {
    write(value);
  }
}
