package dev.trunkline.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.trunkline.base.Scope;
import dev.trunkline.services.RequestGate;
import dev.trunkline.testkit.Await;
import dev.trunkline.testkit.Seeds;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.GetFileRequest;
import io.grpc.Context;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Streams of messages of all sizes arrive as they were sent, and no faster than they are read.
class StreamedAnswerTest {
  private static final int MESSAGES = 400;
  private static final int LARGEST = 200_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Source source = new Source();
  private final Gateway gateway =
      new Gateway(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          List.of(source),
          new RequestGate());
  private final ManagedChannel channel =
      OkHttpChannelBuilder.forAddress(
              "127.0.0.1", gateway.start(), InsecureChannelCredentials.create())
          .build();

  @AfterEach
  void close() {
    channel.shutdownNow();
    gateway.close();
  }

  private static List<BytesValue> messages(long seed) {
    var random = new SplittableRandom(seed);
    var messages = new ArrayList<BytesValue>();
    for (int i = 0; i < MESSAGES; i++) {
      var bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(LARGEST) : random.nextInt(100)];
      random.nextBytes(bytes);
      messages.add(BytesValue.of(ByteString.copyFrom(bytes)));
    }
    return messages;
  }

  private static GetFileRequest request(long seed) {
    return GetFileRequest.newBuilder().setOffset(seed).build();
  }

  @Test
  void messagesOfAllSizesArriveInOrder() {
    Seeds.each(1, random -> arrivesInOrder(random.nextInt(Integer.MAX_VALUE)));
  }

  private void arrivesInOrder(long seed) {
    try (var scope = Scope.open("client")) {
      for (int stream = 0; stream < 8; stream++) {
        long own = seed + stream;
        scope.run(() -> {
          var received = new ArrayList<BytesValue>();
          APIGrpc.newBlockingStub(channel).getFile(request(own)).forEachRemaining(received::add);
          assertThat(received).isEqualTo(messages(own));
        });
      }
      scope.join();
    }
  }

  @Test
  void whatCameBeforeAFailureArrives() {
    var answer = APIGrpc.newBlockingStub(channel).getFileTAR(request(0));
    for (var message : messages(0)) {
      assertThat(answer.next()).isEqualTo(message);
    }
    assertThatThrownBy(answer::next)
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("DATA_LOSS: the end");
  }

  /// The source has no end: it waits for the client, or the test does.
  @Test
  void aClientThatDoesNotReadHoldsTheSource() {
    var context = Context.current().withCancellation();
    context.run(() -> APIGrpc.newBlockingStub(channel).getFile(request(-1)).next());
    Await.until("the source waits", PATIENCE, source.waits::get);
    assertThat(source.sent.get()).isLessThan(2 << 20);
    context.cancel(null);
    Await.until("the source hears that the client left", PATIENCE, source.left::get);
  }

  /// GetFile sends the messages of the seed in the offset, or without end where it is below 0;
  /// GetFileTAR sends them and fails.
  private static final class Source extends APIGrpc.APIImplBase {
    final AtomicLong sent = new AtomicLong();
    final AtomicBoolean waits = new AtomicBoolean();
    final AtomicBoolean left = new AtomicBoolean();

    @Override
    public void getFile(GetFileRequest request, StreamObserver<BytesValue> out) {
      if (request.getOffset() < 0) {
        withoutEnd((ServerCallStreamObserver<BytesValue>) out);
        return;
      }
      messages(request.getOffset()).forEach(out::onNext);
      out.onCompleted();
    }

    private void withoutEnd(ServerCallStreamObserver<BytesValue> out) {
      out.setOnCancelHandler(() -> left.set(true));
      out.setOnReadyHandler(() -> {
        waits.set(false);
        while (out.isReady()) {
          for (var message : messages(1).subList(0, 5)) {
            out.onNext(message);
            sent.addAndGet(message.getSerializedSize());
          }
        }
        waits.set(true);
      });
    }

    @Override
    public void getFileTAR(GetFileRequest request, StreamObserver<BytesValue> out) {
      messages(request.getOffset()).forEach(out::onNext);
      out.onError(Status.DATA_LOSS.withDescription("the end").asRuntimeException());
    }
  }
}
