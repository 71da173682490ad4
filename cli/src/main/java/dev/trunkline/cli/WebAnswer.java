package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The answer to a [WebStream]: a response of HTTP/1.1 with one message at most, of which only its
/// end is of interest.
final class WebAnswer {
  private static final int TRAILERS = 0x80;
  private static final String OK = "200";

  private WebAnswer() {}

  /// Reads a whole response.
  static Trailers read(InputStream in) throws IOException {
    var status = line(in).split(" ", 3);
    var headers = headers(in);
    if (status.length < 2 || !status[1].equals(OK)) {
      return Trailers.ofHttp(status.length < 2 ? "missing" : status[1]);
    }
    var early = Trailers.of(headers);
    return early == null ? lastFrame(body(in, headers)) : early;
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server closed the connection");
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  /// By their names in lower case.
  private static Map<String, String> headers(InputStream in) throws IOException {
    var headers = new HashMap<String, String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = Math.max(0, line.indexOf(':'));
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return in.readNBytes(number(headers.getOrDefault("content-length", "0"), 10));
    }
    var body = new ByteArrayOutputStream();
    int size;
    do {
      size = number(line(in).split(";", 2)[0].strip(), 16);
      body.write(in.readNBytes(size));
      line(in);
    } while (size > 0);
    return body.toByteArray();
  }

  private static int number(String text, int radix) throws IOException {
    try {
      return Integer.parseInt(text, radix);
    } catch (NumberFormatException e) {
      throw new IOException("not an answer of HTTP: a length of " + text, e);
    }
  }

  private static Trailers lastFrame(byte[] body) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(body));
    while (true) {
      int flags = in.readUnsignedByte();
      var frame = in.readNBytes(in.readInt());
      if ((flags & TRAILERS) != 0) {
        return Trailers.parse(frame);
      }
    }
  }
}
