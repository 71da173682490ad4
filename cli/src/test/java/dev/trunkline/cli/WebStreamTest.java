package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.trunkline.base.Pool;
import dev.trunkline.base.Scope;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WebStreamTest {
  private static final BytesValue MESSAGE = BytesValue.of(ByteString.copyFrom(new byte[100_000]));
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web\r\n";

  private final Pool pool = Pool.of("server", 1);
  private final LoopbackServer server = new LoopbackServer();

  @AfterEach
  void close() throws IOException {
    server.close();
    pool.close();
  }

  private WebStream call() {
    return WebStream.open(server.address(), Patience.ENDLESS, "pfs_v2.API/ModifyFile");
  }

  /// Takes one call, reads what it sent up to its last chunk where that is asked for, and answers.
  private Scope.Task<String> answering(boolean whole, String answer) {
    return pool.submit(() -> {
      var socket = server.accept();
      var request = new StringBuilder();
      while (whole && request.indexOf("\r\n0\r\n\r\n") < 0) {
        request.append((char) socket.getInputStream().read());
      }
      socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      if (whole) {
        socket.close();
      } else {
        awaitEnd(socket);
      }
      return request.toString();
    });
  }

  /// Holds the connection open without reading until the test ends it.
  private void awaitEnd(Socket open) throws IOException {
    try (open;
        var end = server.accept()) {
      assertThat(end.isConnected()).isTrue();
    } catch (java.net.SocketException _) {
      // The test is over.
    }
  }

  @Test
  void anAnswerMayComeInAnyChunks() {
    var frames = "\0\0\0\0\0\u0080\0\0\0\u0010grpc-status: 0\r\n";
    var answer =
        HEAD
            + "Transfer-Encoding: chunked\r\n\r\n7;x=y\r\n"
            + frames.substring(0, 7)
            + "\r\n13\r\n"
            + frames.substring(7)
            + "\r\n0\r\n\r\n";
    var request = answering(true, answer);
    try (var call = call()) {
      call.send(BytesValue.of(ByteString.copyFromUtf8("one")));
      call.send(BytesValue.of(ByteString.copyFromUtf8("two")));
      call.finish();
    }
    assertThat(request.get())
        .startsWith("POST /pfs_v2.API/ModifyFile HTTP/1.1\r\n")
        .endsWith("\r\n\r\n00000014\r\n\0\0\0\0\5\n\3one\0\0\0\0\5\n\3two\r\n0\r\n\r\n");
  }

  @Test
  void aRefusalStopsASenderThatNobodyListensTo() {
    answering(
        false, HEAD + "grpc-status: 3\r\ngrpc-message: not%20so\r\ncontent-length: 0\r\n\r\n");
    try (var call = call()) {
      var refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> {
                while (true) {
                  call.send(MESSAGE);
                }
              });
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refused.getStatus().getDescription()).isEqualTo("not so");
    }
  }

  @Test
  void aConnectionThatBreaksIsNoAnswer() {
    answering(true, "");
    try (var call = call()) {
      call.send(MESSAGE);
      var broken = catchThrowableOfType(StatusRuntimeException.class, call::finish);
      assertThat(broken.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(broken.getStatus().getCause()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void anAnswerThatIsNotOfGrpcSaysWhatItWas() {
    answering(true, "HTTP/1.1 413 Too large\r\ncontent-length: 0\r\n\r\n");
    try (var call = call()) {
      var refused = catchThrowableOfType(StatusRuntimeException.class, call::finish);
      assertThat(refused.getStatus().getDescription()).isEqualTo("HTTP status 413");
    }
  }
}
