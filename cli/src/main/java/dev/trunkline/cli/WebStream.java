package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.MessageLite;
import dev.trunkline.base.Pool;
import dev.trunkline.base.Scope;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;

/// One call whose requests are a stream, as gRPC-web over HTTP/1.1: a body in chunks, each of which
/// holds as many messages as fit. A server that takes them more slowly than they are sent holds the
/// sender up, as any connection does.
///
/// A thread of its own reads the answer, for a refusal comes before the end of the stream.
final class WebStream implements AutoCloseable {
  private static final int FULL = 64 << 10;

  /// A length of eight hexadecimal digits.
  private static final int CHUNK_HEAD = "00000000\r\n".length();

  private static final byte[] CHUNK_END = "\r\n".getBytes(US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);

  private final Socket socket;
  private final Patience patience;
  private final Pool reading = Pool.of("answer", 1);
  private final Scope.Task<Status> answer;
  private byte[] chunk = new byte[2 * FULL];
  private int filled = CHUNK_HEAD;

  private WebStream(Socket socket, Patience patience) {
    this.socket = socket;
    this.patience = patience;
    this.answer = reading.submit(this::read);
  }

  /// Begins a call of `method`, a full name.
  ///
  /// @throws StatusRuntimeException where no server answers
  static WebStream open(Address address, Patience patience, String method) {
    var head = WebRequest.head(address, method, "transfer-encoding: chunked\r\n");
    try {
      var socket = WebRequest.connect(address, patience);
      socket.getOutputStream().write(head);
      return new WebStream(socket, patience);
    } catch (IOException e) {
      throw WebRequest.broken(e).asRuntimeException();
    }
  }

  /// Once there is an answer, a sender that the server does not listen to any more stops waiting.
  private Status read() {
    try (var in = WebRequest.answer(socket, patience)) {
      return WebAnswer.begin(in).end().status();
    } catch (IOException e) {
      return WebRequest.broken(e);
    }
  }

  /// Sends a message, at the latest with those that follow it.
  ///
  /// @throws StatusRuntimeException where the server has refused the call
  void send(MessageLite message) {
    int end = filled + WebRequest.PREFIX + message.getSerializedSize();
    if (end + CHUNK_END.length > chunk.length) {
      chunk = Arrays.copyOf(chunk, end + CHUNK_END.length);
    }
    WebRequest.frame(message, chunk, filled);
    filled = end;
    if (filled >= FULL) {
      flush();
    }
  }

  private void flush() {
    if (answer.isDone()) {
      throw ended();
    }
    var head = "%08x\r\n".formatted(filled - CHUNK_HEAD).getBytes(US_ASCII);
    System.arraycopy(head, 0, chunk, 0, CHUNK_HEAD);
    System.arraycopy(CHUNK_END, 0, chunk, filled, CHUNK_END.length);
    try {
      socket.getOutputStream().write(chunk, 0, filled + CHUNK_END.length);
    } catch (IOException e) {
      throw ended();
    }
    filled = CHUNK_HEAD;
  }

  /// What the server, or the connection, said before the end of the stream.
  private StatusRuntimeException ended() {
    var status = answer.get();
    return (status.isOk()
            ? Status.INTERNAL.withDescription("the server answered before the end of the stream")
            : status)
        .asRuntimeException();
  }

  /// Ends the stream and waits for the answer.
  ///
  /// @throws StatusRuntimeException where it is a refusal
  void finish() {
    if (filled > CHUNK_HEAD) {
      flush();
    }
    try {
      socket.getOutputStream().write(LAST_CHUNK);
    } catch (IOException e) {
      throw ended();
    }
    var status = answer.get();
    if (!status.isOk()) {
      throw status.asRuntimeException();
    }
  }

  /// Gives the call up unless it was finished.
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // Nothing is sent any more.
    }
    reading.close();
  }
}
