package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trunkline.base.Pool;
import dev.trunkline.base.Scope;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.ListFileRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WebMessagesTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String ONE = message(1);
  private static final String TWO = message(2);
  private static final String END = "\u0080\0\0\0\u0010grpc-status: 0\r\n";
  private static final String REFUSAL =
      "\u0080\0\0\0)grpc-status: 5\r\ngrpc-message: no%20more\r\n";

  private final Pool pool = Pool.of("server", 1);
  private final CountDownLatch taken = new CountDownLatch(1);
  private final LoopbackServer server = new LoopbackServer();

  @AfterEach
  void close() throws IOException {
    server.close();
    pool.close();
  }

  private static String message(int size) {
    var bytes = FileInfo.newBuilder().setSizeBytes(size).build().toByteArray();
    return "\0\0\0\0" + (char) bytes.length + new String(bytes, ISO_8859_1);
  }

  private static String chunk(String content) {
    return Integer.toHexString(content.length()) + "; x=y\r\n" + content + "\r\n";
  }

  private Iterator<FileInfo> call() {
    return WebMessages.of(
        server.address(),
        Patience.ENDLESS,
        APIGrpc.getListFileMethod(),
        ListFileRequest.getDefaultInstance());
  }

  /// Answers one call: with `first`, and once that was taken, with `rest`.
  private Scope.Task<Boolean> answering(String first, String rest) {
    return pool.submit(() -> {
      try (var socket = server.accept()) {
        assertThat(socket.getInputStream().read()).isEqualTo('P');
        socket.getOutputStream().write(first.getBytes(ISO_8859_1));
        taken.await();
        socket.getOutputStream().write(rest.getBytes(ISO_8859_1));
        return true;
      }
    });
  }

  @Test
  void aMessageIsHandedOnBeforeTheNextIsSent() {
    answering(HEAD + chunk(ONE), chunk(TWO) + chunk(END) + "0\r\n\r\n");
    var messages = call();
    assertThat(messages.next().getSizeBytes()).isEqualTo(1);
    taken.countDown();
    assertThat(messages.next().getSizeBytes()).isEqualTo(2);
    assertThat(messages.hasNext()).isFalse();
  }

  @Test
  void messagesMayComeInAnyChunksAndARefusalComesBehindThem() {
    taken.countDown();
    var frames = ONE + TWO + REFUSAL;
    var cut = chunk(frames.substring(0, 3)) + chunk(frames.substring(3, ONE.length() + 2));
    answering(HEAD + cut, chunk(frames.substring(ONE.length() + 2)) + "0\r\n\r\n");
    var messages = call();
    assertThat(messages.next().getSizeBytes()).isEqualTo(1);
    assertThat(messages.next().getSizeBytes()).isEqualTo(2);
    var refused = catchThrowableOfType(StatusRuntimeException.class, messages::hasNext);
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refused.getStatus().getDescription()).isEqualTo("no more");
  }

  @Test
  void aConnectionThatBreaksInTheMiddleIsNoEnd() {
    taken.countDown();
    answering(HEAD + chunk(ONE), chunk(TWO.substring(0, 6)));
    var messages = call();
    assertThat(messages.next().getSizeBytes()).isEqualTo(1);
    var broken = catchThrowableOfType(StatusRuntimeException.class, messages::hasNext);
    assertThat(broken.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(broken.getStatus().getCause()).isInstanceOf(IOException.class);
  }
}
