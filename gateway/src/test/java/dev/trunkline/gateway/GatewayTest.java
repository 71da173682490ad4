package dev.trunkline.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import dev.trunkline.services.RequestGate;
import dev.trunkline.services.Services;
import dev.trunkline.services.VersionService;
import dev.trunkline.testkit.Await;
import dev.trunkline.wire.auth.WhoAmIRequest;
import dev.trunkline.wire.identity.DeleteAllRequest;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.ClearCommitRequest;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoInfo;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class GatewayTest {
  private static final int PARALLEL = 1000;
  private static final int LARGEST = 20 << 20;

  private final AtomicBoolean writable = new AtomicBoolean(true);
  private final Gateway gateway = gateway(1);
  private final int port = gateway.start();
  private final ManagedChannel channel = channel(port);

  private Gateway gateway(int calls) {
    var services = new ArrayList<BindableService>(Services.named());
    services.add(new VersionService());
    services.add(new EchoService(calls));
    return new Gateway(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        services,
        new RequestGate(),
        writable::get);
  }

  private static ManagedChannel channel(int port) {
    return OkHttpChannelBuilder.forAddress("127.0.0.1", port, InsecureChannelCredentials.create())
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    gateway.close();
  }

  @Test
  void healthIsToldOnceAndToThoseWhoWatch() {
    var request = HealthCheckRequest.getDefaultInstance();
    var health = HealthGrpc.newBlockingStub(channel);
    assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
    assertThat(health.watch(request).next().getStatus()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void aServerThatCannotWriteSaysSo() throws Exception {
    var request = HealthCheckRequest.getDefaultInstance();
    var health = HealthGrpc.newBlockingStub(channel);
    var watched = health.watch(request);
    assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);
    writable.set(false);
    assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    var page = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz")).build();
    try (var client = HttpClient.newHttpClient()) {
      var refused = client.send(page, HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).startsWith("cannot write");
      writable.set(true);
      assertThat(client.send(page, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
    assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void messagesOfTwentyMebibytesPassBothWays() {
    var down =
        APIGrpc.newBlockingStub(channel)
            .getFile(GetFileRequest.newBuilder().setOffset(LARGEST - 16).build());
    assertThat(down.next().getValue().size()).isEqualTo(LARGEST - 16);
    assertThat(upload(LARGEST - 64)).isEqualTo(Status.Code.OK.toString());
  }

  @Test
  void aLargerMessageIsRefusedInWordsAndTheConnectionLives() {
    assertThat(upload(LARGEST + 1))
        .contains("RESOURCE_EXHAUSTED", "is larger than the maximum of " + LARGEST);
    var unary =
        InspectRepoRequest.newBuilder()
            .setRepo(Repo.newBuilder().setName("x".repeat(LARGEST)))
            .build();
    fails(() -> APIGrpc.newBlockingStub(channel).inspectRepo(unary), "larger than the maximum");
    assertThat(inspect()).isEqualTo("r");
  }

  /// The status of an upload of two messages of a size.
  private String upload(int size) {
    var ended = new AtomicReference<>("");
    var requests =
        APIGrpc.newStub(channel)
            .modifyFile(
                new StreamObserver<>() {
                  @Override
                  public void onNext(Empty value) {}

                  @Override
                  public void onError(Throwable failure) {
                    ended.set(String.valueOf(failure.getMessage()));
                  }

                  @Override
                  public void onCompleted() {
                    ended.set(Status.Code.OK.toString());
                  }
                });
    var raw = BytesValue.of(ByteString.copyFrom(new byte[size]));
    var message =
        ModifyFileRequest.newBuilder().setAddFile(AddFile.newBuilder().setRaw(raw)).build();
    requests.onNext(message);
    requests.onNext(message);
    requests.onCompleted();
    Await.until("the upload ends", Duration.ofSeconds(20), () -> !ended.get().isEmpty());
    return ended.get();
  }

  @Test
  void aThousandCallsOfOneConnectionRunAtOnce() {
    var names = new ConcurrentLinkedQueue<String>();
    try (var crowded = gateway(PARALLEL)) {
      var one = channel(crowded.start());
      for (int i = 0; i < PARALLEL; i++) {
        call(one, "r" + i, new Metadata(), names);
      }
      Await.until("all are answered", Duration.ofSeconds(60), () -> names.size() == PARALLEL);
      one.shutdownNow();
    }
    assertThat(names).allMatch(name -> name.startsWith("r")).doesNotHaveDuplicates();
  }

  /// A client ends its call itself when its time is over: one that goes on waiting gets its answer.
  @Test
  void theServerEndsNoCallForItsTime() {
    try (var slow = gateway(2)) {
      var one = channel(slow.start());
      var names = new ConcurrentLinkedQueue<String>();
      call(one, "first", timed("1n"), names);
      call(one, "second", timed("1H"), names);
      Await.until("both are answered", Duration.ofSeconds(20), () -> names.size() == 2);
      assertThat(names).containsExactlyInAnyOrder("first", "second");
      one.shutdownNow();
    }
  }

  private static Metadata timed(String timeout) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), timeout);
    return headers;
  }

  private static void call(
      ManagedChannel channel, String name, Metadata headers, Queue<String> answers) {
    APIGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .inspectRepo(
            InspectRepoRequest.newBuilder().setRepo(Repo.newBuilder().setName(name)).build(),
            new StreamObserver<>() {
              @Override
              public void onNext(RepoInfo info) {
                answers.add(info.getRepo().getName());
              }

              @Override
              public void onError(Throwable failure) {
                answers.add(String.valueOf(failure));
              }

              @Override
              public void onCompleted() {}
            });
  }

  @Test
  void gzipAndUnknownMetadataAreTolerated() {
    var headers = new Metadata();
    for (var key : List.of("authn-token", "pach-transaction", "userid", "prefix", "command")) {
      headers.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), "x");
    }
    var stub =
        APIGrpc.newBlockingStub(channel)
            .withCompression("gzip")
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    assertThat(stub.inspectRepo(named()).getRepo().getName()).isEqualTo("r");
  }

  @Test
  void whatIsNotThereSaysSo() {
    fails(() -> call("pfs_v2.API/Nothing"), "unknown method pfs_v2.API/Nothing");
    fails(() -> call("some.Other/Thing"), "unknown method some.Other/Thing");
    fails(() -> call("pfs.API/ListRepo"), "please upgrade");
    fails(() -> call("pps.API/ListJob"), "please upgrade");
    fails(
        () ->
            APIGrpc.newBlockingStub(channel)
                .listRepo(ListRepoRequest.getDefaultInstance())
                .hasNext(),
        "pfs_v2.API/ListRepo is not built yet in this version");
    assertThat(inspect()).isEqualTo("r");
  }

  @Test
  void authSaysThatItIsOff() {
    var auth = dev.trunkline.wire.auth.APIGrpc.newBlockingStub(channel);
    fails(
        () -> auth.whoAmI(WhoAmIRequest.getDefaultInstance()), "the auth service is not activated");
    var identity = dev.trunkline.wire.identity.APIGrpc.newBlockingStub(channel);
    fails(
        () -> identity.deleteAll(DeleteAllRequest.getDefaultInstance()),
        "the auth service is not activated");
  }

  @Test
  void anErrorOfOursShowsNothingOfTheInside() {
    assertThatThrownBy(() ->
            APIGrpc.newBlockingStub(channel).clearCommit(ClearCommitRequest.getDefaultInstance()))
        .asInstanceOf(type(StatusRuntimeException.class))
        .extracting(e -> String.valueOf(e.getStatus().getDescription()))
        .asString()
        .doesNotContain("\tat ", "dev.trunkline", "EchoService");
    assertThat(inspect()).isEqualTo("r");
  }

  @Test
  void theVersionIsOneThatClientsKnow() {
    var version =
        dev.trunkline.wire.version.APIGrpc.newBlockingStub(channel)
            .getVersion(Empty.getDefaultInstance());
    assertThat(version.getMajor()).isEqualTo(2);
    assertThat(version.getMinor()).isEqualTo(12);
  }

  private String inspect() {
    return APIGrpc.newBlockingStub(channel).inspectRepo(named()).getRepo().getName();
  }

  private static InspectRepoRequest named() {
    return InspectRepoRequest.newBuilder().setRepo(Repo.newBuilder().setName("r")).build();
  }

  private void call(String method) {
    var descriptor =
        MethodDescriptor.<Empty, Empty>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .setRequestMarshaller(
                io.grpc.protobuf.ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(
                io.grpc.protobuf.ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();
    ClientCalls.blockingUnaryCall(
        channel, descriptor, CallOptions.DEFAULT, Empty.getDefaultInstance());
  }

  private static void fails(Executable call, String text) {
    assertThatThrownBy(call::execute)
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining(text);
  }
}
