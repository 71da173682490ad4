package dev.trunkline.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import dev.trunkline.services.RequestGate;
import dev.trunkline.testkit.Await;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.RepoInfo;
import io.grpc.Context;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What the server's log says of calls that end before they are done.
class EndingsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Logger logger = (Logger) LoggerFactory.getLogger(Endings.class);
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Listener listener = new Listener();
  private final Endless service = new Endless();
  private final Gateway gateway =
      new Gateway(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          List.of(service),
          new RequestGate());
  private final int port = gateway.start();
  private final ManagedChannel channel =
      OkHttpChannelBuilder.forAddress("127.0.0.1", port, InsecureChannelCredentials.create())
          .build();

  EndingsTest() {}

  @BeforeEach
  void listen() {
    listener.start();
    root.addAppender(listener);
    logger.setLevel(Level.DEBUG);
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    gateway.close();
    root.detachAppender(listener);
    logger.setLevel(null);
  }

  @Test
  void aClientThatCancelsIsOneLineForDebugging() {
    var context = Context.current().withCancellation();
    context.run(() -> {
      var pieces = APIGrpc.newBlockingStub(channel).getFile(GetFileRequest.getDefaultInstance());
      assertThat(pieces.next().getValue()).isEmpty();
    });
    var upload = APIGrpc.newStub(channel).modifyFile(new Ignored());
    upload.onNext(ModifyFileRequest.getDefaultInstance());
    Await.until("both calls run", PATIENCE, () -> service.begun.get() == 2);
    context.cancel(null);
    upload.onError(Status.CANCELLED.asRuntimeException());
    departed("GetFile", "ModifyFile");
  }

  @Test
  void aClientThatDiesIsOneLineForDebugging() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var head =
          String.join(
              "\r\n",
              "POST /pfs_v2.API/ModifyFile HTTP/1.1",
              "Host: x",
              "Content-Type: application/grpc-web",
              "Transfer-Encoding: chunked",
              "",
              "5",
              "\0\0\0\0\0",
              "");
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      Await.until("the call runs", PATIENCE, () -> service.begun.get() == 1);
    }
    departed("ModifyFile");
  }

  private void departed(String... methods) {
    Await.until("they ended", PATIENCE, () -> listener.events.size() >= methods.length);
    assertThat(listener.events)
        .allMatch(event -> event.getLevel() == Level.DEBUG && event.getThrowableProxy() == null)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactlyInAnyOrder(
            List.of(methods).stream()
                .map(method -> "/pfs_v2.API/" + method + " ended: its client left")
                .toArray(String[]::new));
  }

  @Test
  void anErrorOfOursIsAWarningWithItsPlaceAndARefusalIsNothing() {
    var stub = APIGrpc.newBlockingStub(channel);
    var refused = InspectRepoRequest.newBuilder();
    refused.getRepoBuilder().setName("refused");
    var broken = InspectRepoRequest.newBuilder();
    broken.getRepoBuilder().setName("broken");
    for (var request : List.of(refused, broken)) {
      assertThat(Status.fromThrowable(thrown(() -> stub.inspectRepo(request.build()))).getCode())
          .isIn(Status.Code.NOT_FOUND, Status.Code.UNKNOWN, Status.Code.INTERNAL);
    }
    Await.until("the error is told", PATIENCE, () -> !listener.events.isEmpty());
    assertThat(listener.events).hasSize(1);
    assertThat(listener.events.element().getLevel()).isEqualTo(Level.WARN);
    assertThat(listener.events.element().getThrowableProxy()).isNotNull();
  }

  private static Throwable thrown(Runnable call) {
    return org.assertj.core.api.Assertions.catchThrowable(call::run);
  }

  private static final class Listener extends AppenderBase<ILoggingEvent> {
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }
  }

  private static final class Ignored implements StreamObserver<Empty> {
    @Override
    public void onNext(Empty value) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  /// Calls that never end by themselves, and one that fails.
  private static final class Endless extends APIGrpc.APIImplBase {
    private final AtomicInteger begun = new AtomicInteger();

    @Override
    public void getFile(GetFileRequest request, StreamObserver<BytesValue> out) {
      ((ServerCallStreamObserver<BytesValue>) out).setOnCancelHandler(() -> {});
      out.onNext(BytesValue.getDefaultInstance());
      begun.incrementAndGet();
    }

    @Override
    public StreamObserver<ModifyFileRequest> modifyFile(StreamObserver<Empty> out) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ModifyFileRequest request) {
          begun.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
      };
    }

    @Override
    public void inspectRepo(InspectRepoRequest request, StreamObserver<RepoInfo> out) {
      if (request.getRepo().getName().equals("broken")) {
        throw new IllegalStateException("a bug");
      }
      out.onError(Status.NOT_FOUND.withDescription("no such repo").asRuntimeException());
    }
  }
}
