package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.grpc.Status;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/// How a call is made as gRPC-web (github.com/grpc/grpc, doc/PROTOCOL-WEB.md) over HTTP/1.1, on a
/// connection of its own: docs/adr/0028-uploads-go-as-grpc-web.md.
final class WebRequest {
  /// Before a message: a byte of flags, and the length.
  static final int PREFIX = 5;

  private static final int BUFFER = 64 << 10;

  private WebRequest() {}

  /// Sends a call with one request, and reads the head of its answer. `headers` are whole lines.
  static WebAnswer send(
      Address address, Patience patience, String method, String headers, MessageLite message)
      throws IOException {
    int length = PREFIX + message.getSerializedSize();
    var head = head(address, method, headers + "content-length: " + length + "\r\n");
    var request = new byte[head.length + length];
    System.arraycopy(head, 0, request, 0, head.length);
    frame(message, request, head.length);
    // Its answer closes it.
    var socket = connect(address, patience);
    try {
      socket.getOutputStream().write(request);
      return WebAnswer.begin(answer(socket, patience));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static Socket connect(Address address, Patience patience) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(address.host(), address.port()), patience.connectMillis());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  static BufferedInputStream answer(Socket socket, Patience patience) throws IOException {
    return new BufferedInputStream(patience.received(socket), BUFFER);
  }

  static byte[] head(Address address, String method, String headers) {
    var common = "\r\ncontent-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\n";
    var line = "POST /" + method + " HTTP/1.1\r\nhost: " + address.authority();
    return (line + common + headers + "\r\n").getBytes(US_ASCII);
  }

  /// Writes a message and its prefix to where `into` has room for them.
  static void frame(MessageLite message, byte[] into, int at) {
    int size = message.getSerializedSize();
    ByteBuffer.wrap(into).put(at, (byte) 0).putInt(at + 1, size);
    try {
      message.writeTo(CodedOutputStream.newInstance(into, at + PREFIX, size));
    } catch (IOException e) {
      throw new UncheckedIOException("a message is as long as it says", e);
    }
  }

  /// A call whose connection could not be made, or broke, or which took too long.
  static Status broken(IOException cause) {
    if (cause instanceof Patience.Over) {
      return Status.DEADLINE_EXCEEDED.withDescription(cause.getMessage()).withCause(cause);
    }
    return Status.UNAVAILABLE.withDescription("io exception").withCause(cause);
  }
}
