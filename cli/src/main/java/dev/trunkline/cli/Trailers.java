package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Status;
import java.net.URLDecoder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a call of gRPC-web ended: a code and, percent-encoded, what the server says about it.
record Trailers(String code, @Nullable String message) {
  private static final String OK = "0";
  private static final String CODE = "grpc-status";
  private static final String MESSAGE = "grpc-message";

  /// Of an answer that is not of gRPC.
  static Trailers ofHttp(String status) {
    return new Trailers("" + Status.Code.UNKNOWN.value(), "HTTP status " + status);
  }

  /// Those that stand in the headers, where a call ended before its first message; absent where it
  /// did not.
  static @Nullable Trailers of(Map<String, String> headers) {
    var code = headers.get(CODE);
    return code == null ? null : new Trailers(code, headers.get(MESSAGE));
  }

  /// Those of the frame that ends a stream.
  static Trailers parse(byte[] frame) {
    var code = "" + Status.Code.UNKNOWN.value();
    String message = null;
    for (var line : new String(frame, UTF_8).lines().toList()) {
      int colon = line.indexOf(':');
      var value = line.substring(colon + 1).strip();
      switch (line.substring(0, Math.max(0, colon)).strip()) {
        case CODE -> code = value;
        case MESSAGE -> message = value;
        default -> {}
      }
    }
    return new Trailers(code, message);
  }

  boolean ok() {
    return code.equals(OK);
  }

  Status status() {
    var status = Status.fromCodeValue(Integer.parseInt(code));
    return message == null
        ? status
        : status.withDescription(URLDecoder.decode(message.replace("+", "%2B"), UTF_8));
  }
}
