package dev.trunkline.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.trunkline.services.RequestGate;
import dev.trunkline.services.Services;
import dev.trunkline.services.VersionService;
import dev.trunkline.testkit.Await;
import io.grpc.BindableService;
import io.grpc.InsecureChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReflectionTest {
  private final Gateway gateway = gateway();
  private final int port = gateway.start();
  private final io.grpc.ManagedChannel channel =
      OkHttpChannelBuilder.forAddress("127.0.0.1", port, InsecureChannelCredentials.create())
          .build();

  private static Gateway gateway() {
    var services = new ArrayList<BindableService>(Services.named());
    services.add(new VersionService());
    services.add(new EchoService(1));
    return new Gateway(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), services, new RequestGate());
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    gateway.close();
  }

  @Test
  void everyServiceHasItsFileAndEveryFileItsImports() throws Exception {
    var list = ask(ServerReflectionRequest.newBuilder().setListServices("").build());
    var files = new HashMap<String, FileDescriptorProto>();
    for (var service : list.getListServicesResponse().getServiceList()) {
      var found =
          ask(
              ServerReflectionRequest.newBuilder()
                  .setFileContainingSymbol(service.getName())
                  .build());
      collect(found, files);
    }
    var missing = new ArrayDeque<>(imports(files));
    while (!missing.isEmpty()) {
      var name = missing.poll();
      collect(ask(ServerReflectionRequest.newBuilder().setFileByFilename(name).build()), files);
      assertThat(files).containsKey(name);
      imports(files).stream().filter(file -> !missing.contains(file)).forEach(missing::add);
    }
    assertThat(files)
        .containsKeys("pfs/pfs.proto", "version/versionpb/version.proto", "cdr/cdr.proto")
        .containsKeys("google/protobuf/empty.proto", "protoextensions/validate.proto");
  }

  /// grpcurl before 1.8.8 and others know only the name that reflection had before it was stable.
  @Test
  void clientsOfTheFirstVersionAreAnswered() {
    var answers = new ConcurrentLinkedQueue<io.grpc.reflection.v1alpha.ServerReflectionResponse>();
    var requests =
        io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(new Kept<>(answers));
    var request = io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder();
    requests.onNext(request.setListServices("").build());
    requests.onNext(request.setFileContainingSymbol("pfs_v2.API").build());
    requests.onCompleted();
    Await.until("reflection answers", Duration.ofSeconds(20), () -> answers.size() == 2);
    assertThat(answers.remove().getListServicesResponse().getServiceList())
        .extracting(io.grpc.reflection.v1alpha.ServiceResponse::getName)
        .contains("pfs_v2.API", "versionpb_v2.API", "grpc.health.v1.Health");
    assertThat(answers.remove().getFileDescriptorResponse().getFileDescriptorProtoList())
        .isNotEmpty();
  }

  private static List<String> imports(Map<String, FileDescriptorProto> files) {
    return files.values().stream()
        .flatMap(file -> file.getDependencyList().stream())
        .filter(name -> !files.containsKey(name))
        .distinct()
        .toList();
  }

  private static void collect(
      ServerReflectionResponse response, Map<String, FileDescriptorProto> files)
      throws InvalidProtocolBufferException {
    assertThat(response.hasErrorResponse()).as(response.toString()).isFalse();
    for (ByteString bytes : response.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      var file = FileDescriptorProto.parseFrom(bytes);
      files.put(file.getName(), file);
    }
  }

  private ServerReflectionResponse ask(ServerReflectionRequest request) {
    var answers = new ConcurrentLinkedQueue<ServerReflectionResponse>();
    var requests = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new Kept<>(answers));
    requests.onNext(request);
    requests.onCompleted();
    Await.until("reflection answers", Duration.ofSeconds(20), () -> !answers.isEmpty());
    return answers.remove();
  }

  private record Kept<T>(Queue<T> answers) implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      answers.add(value);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
