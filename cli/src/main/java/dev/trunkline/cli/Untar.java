package dev.trunkline.cli;

import com.google.protobuf.BytesValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/// Unpacks the tar stream of the server below a folder; nothing is written outside of it.
final class Untar {
  private Untar() {}

  static void into(Path target, Iterator<BytesValue> pieces) throws IOException {
    var folder = target.toAbsolutePath().normalize();
    var tar = new Tar(new Pieces(pieces));
    for (var found = tar.next(); found.isPresent(); found = tar.next()) {
      var entry = found.get();
      var path = folder.resolve(entry.name().replaceFirst("^/+", "")).normalize();
      if (!path.startsWith(folder)) {
        throw new IOException("the server sent a path outside of the target: " + entry.name());
      }
      if (entry.kind() == Tar.Kind.DIRECTORY) {
        Files.createDirectories(path);
      } else {
        write(path, tar.content());
      }
    }
  }

  private static void write(Path path, InputStream content) throws IOException {
    var parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (var out = Files.newOutputStream(path)) {
      content.transferTo(out);
    }
  }

  /// Messages as one stream of bytes; one message is held at a time.
  private static final class Pieces extends InputStream {
    private final Iterator<BytesValue> pieces;
    private InputStream piece = InputStream.nullInputStream();

    Pieces(Iterator<BytesValue> pieces) {
      this.pieces = pieces;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int got = piece.read(target, from, length);
      while (got < 0 && pieces.hasNext()) {
        piece = pieces.next().getValue().newInput();
        got = piece.read(target, from, length);
      }
      return got;
    }
  }
}
