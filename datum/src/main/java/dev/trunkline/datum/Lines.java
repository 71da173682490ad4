package dev.trunkline.datum;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/// Cuts what a program writes into lines; one that is too long is cut where it must be.
final class Lines {
  private static final int LONGEST = 64 << 10;

  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private final Consumer<String> line;

  Lines(Consumer<String> line) {
    this.line = line;
  }

  void add(byte[] bytes) {
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      boolean end = bytes[i] == '\n';
      if (end || pending.size() + i - start == LONGEST) {
        pending.write(bytes, start, i - start);
        give();
        start = end ? i + 1 : i;
      }
    }
    pending.write(bytes, start, bytes.length - start);
  }

  private void give() {
    line.accept(pending.toString(UTF_8));
    pending.reset();
  }

  /// Gives what has no end of line.
  void finish() {
    if (pending.size() > 0) {
      give();
    }
  }
}
