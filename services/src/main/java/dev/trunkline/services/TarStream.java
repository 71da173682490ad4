package dev.trunkline.services;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.content.Entry;
import java.util.function.Consumer;

/// Writes a POSIX tar (ustar, IEEE 1003.1) as a stream: mode, owner and time are zero; names and
/// sizes that do not fit a header go to a PAX record before it.
final class TarStream {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final long OCTAL_MAX = 0_77777777777L;

  private final Consumer<byte[]> out;

  TarStream(Consumer<byte[]> out) {
    this.out = out;
  }

  void begin(Entry entry) {
    var name = entry.shown();
    boolean directory = entry instanceof Entry.OfDirectory;
    long size = directory ? 0 : entry.size();
    if (name.length() > NAME || size > OCTAL_MAX) {
      var records = pax("path", name) + (size > OCTAL_MAX ? pax("size", Long.toString(size)) : "");
      var bytes = records.getBytes(US_ASCII);
      out.accept(header("PaxHeaders", bytes.length, 'x'));
      out.accept(bytes);
      pad(bytes.length);
    }
    out.accept(header(name, Math.min(size, OCTAL_MAX), directory ? '5' : '0'));
  }

  private static String pax(String key, String value) {
    int rest = key.length() + value.length() + 3;
    int length = rest + Integer.toString(rest).length();
    if (Integer.toString(length).length() + rest != length) {
      length++;
    }
    return length + " " + key + "=" + value + "\n";
  }

  void write(byte[] bytes) {
    out.accept(bytes);
  }

  void end(Entry file) {
    pad(file.size());
  }

  private void pad(long size) {
    int over = (int) (size % BLOCK);
    if (over > 0) {
      out.accept(new byte[BLOCK - over]);
    }
  }

  void finish() {
    out.accept(new byte[2 * BLOCK]);
  }

  private static byte[] header(String name, long size, char type) {
    var block = new byte[BLOCK];
    put(block, 0, name.substring(0, Math.min(NAME, name.length())));
    put(block, 100, "0000000\0");
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    put(block, 124, "%011o\0".formatted(size));
    put(block, 136, "00000000000\0");
    put(block, 148, "        ");
    block[156] = (byte) type;
    put(block, 257, "ustar\00000");
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    return block;
  }

  private static void put(byte[] block, int at, String text) {
    var bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
