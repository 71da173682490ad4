package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Failure;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;

/// What a tree says of a file beside its content: the datum that wrote it and, in a file set, what
/// the edit does. `docs/format/trees.md`, section 4.
///
/// It is written on the highest pointer below which it is the only one.
record Tag(Mode mode, String datum) {
  /// Datums in the order of their bytes.
  static final Comparator<String> BY_BYTES =
      (a, b) -> a.equals(b) ? 0 : Bytes.of(a).compareTo(Bytes.of(b));

  private static final int HEX_DIGITS = 64;

  /// Whether this is of `wanted`, which is any datum where it is empty.
  boolean isOf(String wanted) {
    return wanted.isEmpty() || wanted.equals(datum);
  }

  Bytes encode() {
    boolean hex = isHash(datum);
    var text = hex ? HexFormat.of().parseHex(datum) : Bytes.of(datum).array();
    var bytes = new byte[text.length + 1];
    bytes[0] = (byte) (mode.code * 2 + (hex ? 1 : 0));
    System.arraycopy(text, 0, bytes, 1, text.length);
    return Bytes.of(bytes);
  }

  private static boolean isHash(String datum) {
    return datum.length() == HEX_DIGITS
        && datum.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  static Tag decode(Bytes tag) {
    var bytes = tag.array();
    int mode = bytes.length < 2 ? -1 : bytes[0] >> 1;
    if (mode < 0 || mode >= Mode.values().length) {
      throw new Failure(Failure.Kind.CORRUPT, "a file is tagged with neither datum nor edit");
    }
    var text = Arrays.copyOfRange(bytes, 1, bytes.length);
    boolean hex = (bytes[0] & 1) != 0;
    return new Tag(
        Mode.values()[mode], hex ? HexFormat.of().formatHex(text) : Bytes.of(text).text());
  }

  /// What an edit does to a file.
  enum Mode {
    /// No edit: the file of a commit.
    FILE(0),
    /// Content is appended; the file is made where it does not exist.
    APPEND(1),
    /// The file has this content, whatever it had.
    REPLACE(2),
    /// The file goes.
    DELETE(3);

    private final int code;

    Mode(int code) {
      this.code = code;
    }
  }
}
