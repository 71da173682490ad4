package dev.trunkline.cli;

import com.google.protobuf.BytesValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/// Unpacks the tar stream of the server below a folder; nothing is written outside of it.
final class Untar {
  private static final int BLOCK = 512;

  private final Iterator<BytesValue> pieces;
  private byte[] piece = new byte[0];
  private int at;

  private Untar(Iterator<BytesValue> pieces) {
    this.pieces = pieces;
  }

  static void into(Path folder, Iterator<BytesValue> pieces) throws IOException {
    new Untar(pieces).unpack(folder.toAbsolutePath().normalize());
  }

  private void unpack(Path folder) throws IOException {
    var longName = "";
    while (true) {
      var header = take(BLOCK);
      if (header.length < BLOCK || header[0] == 0) {
        return;
      }
      long size = Long.parseLong(text(header, 124, 11), 8);
      char type = (char) header[156];
      if (type == 'x') {
        longName = paxPath(new String(take((int) size), StandardCharsets.UTF_8));
        take((int) padding(size));
        continue;
      }
      var name = longName.isEmpty() ? text(header, 0, 100) : longName;
      longName = "";
      var target = folder.resolve(name.replaceFirst("^/+", "")).normalize();
      if (!target.startsWith(folder)) {
        throw new IOException("the server sent a path outside of the target: " + name);
      }
      if (type == '5') {
        Files.createDirectories(target);
      } else {
        write(target, size);
      }
    }
  }

  private void write(Path target, long size) throws IOException {
    var parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (var out = Files.newOutputStream(target)) {
      long left = size;
      while (left > 0) {
        var some = take((int) Math.min(left, 1 << 20));
        out.write(some);
        left -= some.length;
        if (some.length == 0) {
          throw new IOException("the stream ended within " + target);
        }
      }
    }
    take((int) padding(size));
  }

  private static long padding(long size) {
    return (BLOCK - size % BLOCK) % BLOCK;
  }

  private static String paxPath(String records) {
    var match = java.util.regex.Pattern.compile("\\d+ path=([^\n]*)\n").matcher(records);
    return match.find() ? match.group(1) : "";
  }

  private static String text(byte[] header, int from, int length) {
    var text = new String(header, from, length, StandardCharsets.US_ASCII);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  private byte[] take(int count) {
    var out = new ByteArrayOutputStream(count);
    while (out.size() < count) {
      if (at == piece.length) {
        if (!pieces.hasNext()) {
          break;
        }
        piece = pieces.next().getValue().toByteArray();
        at = 0;
      }
      int some = Math.min(count - out.size(), piece.length - at);
      out.write(piece, at, some);
      at += some;
    }
    return out.toByteArray();
  }
}
