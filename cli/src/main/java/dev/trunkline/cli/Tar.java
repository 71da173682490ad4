package dev.trunkline.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads a tar stream entry by entry, in the formats ustar, pax and GNU; holds one entry's name and
/// none of its bytes.
final class Tar {
  private static final int BLOCK = 512;
  private static final int NAME_MAX = 1 << 20;
  private static final Pattern PAX_PATH = Pattern.compile("\\d+ path=([^\n]*)\n");

  private final InputStream in;
  private long left;
  private long padding;

  Tar(InputStream in) {
    this.in = in;
  }

  /// The next file, directory or link, or none at the end.
  Optional<Entry> next() throws IOException {
    var longName = "";
    while (true) {
      in.skipNBytes(left + padding);
      left = 0;
      padding = 0;
      var header = in.readNBytes(BLOCK);
      if (header.length < BLOCK || header[0] == 0) {
        return Optional.empty();
      }
      left = number(header, 124);
      padding = (BLOCK - left % BLOCK) % BLOCK;
      switch (header[156]) {
        case 'x' -> {
          var match = PAX_PATH.matcher(text());
          longName = match.find() ? match.group(1) : longName;
        }
        case 'L' -> longName = text().replaceFirst("\0+$", "");
        case 'g' -> {
          // Says nothing about names.
        }
        default -> {
          var name = longName.isEmpty() ? name(header) : longName;
          return Optional.of(new Entry(name, kind(header[156])));
        }
      }
    }
  }

  /// The bytes of the entry that [#next] returned last.
  InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int from, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int got = in.read(target, from, (int) Math.min(left, length));
        if (got < 0) {
          throw new EOFException("the archive ends within an entry");
        }
        left -= got;
        return got;
      }
    };
  }

  private String text() throws IOException {
    if (left > NAME_MAX) {
      throw new IOException("the archive is damaged: a header of " + left + " bytes");
    }
    var bytes = in.readNBytes((int) left);
    left = 0;
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Kind kind(byte type) {
    return switch (type) {
      case 0, '0', '7' -> Kind.FILE;
      case '5' -> Kind.DIRECTORY;
      default -> Kind.OTHER;
    };
  }

  private static String name(byte[] header) {
    boolean ustar = field(header, 257, 5).equals("ustar");
    var prefix = ustar && header[262] == 0 ? field(header, 345, 155) : "";
    var name = field(header, 0, 100);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /// Octal digits, or with the first bit set a number to the base 256.
  private static long number(byte[] header, int at) throws IOException {
    if ((header[at] & 0x80) != 0) {
      long value = header[at] & 0x7f;
      for (int i = 1; i < 12; i++) {
        value = (value << 8) | (header[at + i] & 0xff);
      }
      return value;
    }
    try {
      var digits = field(header, at, 12).strip();
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException _) {
      throw new IOException("not a tar archive, or a damaged one");
    }
  }

  private static String field(byte[] header, int from, int length) {
    var text = new String(header, from, length, StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  enum Kind {
    FILE,
    DIRECTORY,
    OTHER
  }

  record Entry(String name, Kind kind) {}
}
