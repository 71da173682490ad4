package dev.trunkline.cli;

import java.io.IOException;
import java.io.InputStream;

/// A body of HTTP/1.1 that comes in chunks, without their heads.
final class Chunks extends InputStream {
  private static final int HEX = 16;
  private static final int DIGITS_MAX = 7;

  private final InputStream in;
  private int left;
  private boolean begun;
  private boolean ended;

  Chunks(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    if (!more()) {
      return -1;
    }
    left--;
    return in.read();
  }

  /// Asked for nothing it does not wait for the next chunk, which may be long in coming.
  @Override
  public int read(byte[] into, int from, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    if (!more()) {
      return -1;
    }
    int count = in.read(into, from, Math.min(most, left));
    left -= Math.max(0, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /// Whether there is a byte left, in this chunk or the next.
  private boolean more() throws IOException {
    if (left == 0 && !ended) {
      if (begun) {
        skipLine(in.read());
      }
      begun = true;
      left = size();
      ended = left == 0;
    }
    return !ended;
  }

  /// A small message is a chunk of its own: its size is read without making a text of it.
  private int size() throws IOException {
    int size = 0;
    int count = 0;
    int next = in.read();
    for (int digit = Character.digit(next, HEX); digit >= 0; digit = Character.digit(next, HEX)) {
      size = size * HEX + digit;
      count++;
      next = in.read();
    }
    if (count == 0 || count > DIGITS_MAX) {
      throw new IOException("not an answer of HTTP: no length of a chunk");
    }
    skipLine(next);
    return size;
  }

  /// Reads on to the end of the line on which `next` stands.
  private void skipLine(int next) throws IOException {
    for (int b = next; b != '\n'; b = in.read()) {
      if (b < 0) {
        throw WebAnswer.closed();
      }
    }
  }
}
