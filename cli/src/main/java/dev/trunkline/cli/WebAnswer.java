package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer to a call of gRPC-web: a response of HTTP/1.1 with messages, then trailers. It is
/// read no further than somebody asks.
final class WebAnswer {
  private static final int TRAILERS = 0x80;
  private static final String OK = "200";

  private final InputStream body;
  private final byte[] prefix = new byte[WebRequest.PREFIX];
  private @Nullable Trailers trailers;

  private WebAnswer(InputStream body, @Nullable Trailers trailers) {
    this.body = body;
    this.trailers = trailers;
  }

  /// Reads the head of a response.
  static WebAnswer begin(InputStream in) throws IOException {
    var status = line(in).split(" ", 3);
    var headers = headers(in);
    var early =
        status.length < 2 || !status[1].equals(OK)
            ? Trailers.ofHttp(status.length < 2 ? "missing" : status[1])
            : Trailers.of(headers);
    if (early != null) {
      in.close();
    }
    return new WebAnswer(body(in, headers), early);
  }

  /// The next message; absent behind the last one, when there are trailers.
  byte @Nullable [] next() throws IOException {
    if (trailers != null) {
      return null;
    }
    if (body.readNBytes(prefix, 0, prefix.length) < prefix.length) {
      throw closed();
    }
    int length = ByteBuffer.wrap(prefix).getInt(1);
    var frame = body.readNBytes(Math.max(0, length));
    if (frame.length != length) {
      throw closed();
    }
    if ((prefix[0] & TRAILERS) == 0) {
      return frame;
    }
    trailers = Trailers.parse(frame);
    body.close();
    return null;
  }

  /// How the call ended, where it has.
  @Nullable Trailers trailers() {
    return trailers;
  }

  /// Passes over messages to the trailers.
  Trailers end() throws IOException {
    while (trailers == null) {
      next();
    }
    return trailers;
  }

  static EOFException closed() {
    return new EOFException("the server closed the connection");
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw closed();
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

  /// Trailers end a body, whatever its length is said to be.
  private static InputStream body(InputStream in, Map<String, String> headers) {
    return headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")
        ? new Chunks(in)
        : in;
  }
}
