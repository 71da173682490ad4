package dev.trunkline.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import dev.trunkline.wire.admin.InspectClusterRequest;
import dev.trunkline.wire.pfs.Project;
import io.grpc.CallOptions;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a whole server answers to calls of every kind.
class ApiSurfaceTest {
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          dev.trunkline.wire.admin.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.auth.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.debug.DebugGrpc.getServiceDescriptor(),
          dev.trunkline.wire.enterprise.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.fileset.FilesetGrpc.getServiceDescriptor(),
          dev.trunkline.wire.identity.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.license.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.logs.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.metadata.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.pfs.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.pjs.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.pps.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.proxy.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.snapshot.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.transaction.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.trunkline.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.version.APIGrpc.getServiceDescriptor(),
          dev.trunkline.wire.worker.WorkerGrpc.getServiceDescriptor());

  /// These empty what they are called on, and are not asked here.
  private static final Set<String> SKIPPED = Set.of("pfs_v2.API/DeleteAll", "pps_v2.API/DeleteAll");

  @TempDir private Path folder;
  private Installation installation;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    installation =
        Installation.start(
            new Settings(
                folder, "127.0.0.1", 0, "auto", Optional.empty(), false, Path.of("no-agent")));
    channel =
        OkHttpChannelBuilder.forAddress(
                "127.0.0.1", installation.port(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    installation.close();
  }

  /// An empty request is answered or refused in words of ours, and the next call still works.
  @Test
  void anEmptyMessageToAnyUnaryCallKillsNothing() {
    var bad = new ArrayList<String>();
    for (var service : SERVICES) {
      for (var method : service.getMethods()) {
        boolean unary = method.getType() == MethodDescriptor.MethodType.UNARY;
        if (unary && !SKIPPED.contains(method.getFullMethodName())) {
          var answer = call(method);
          if (answer.matches("(?s)(INTERNAL|UNKNOWN|UNAVAILABLE|DEADLINE_EXCEEDED).*|.*\\tat .*")) {
            bad.add(method.getFullMethodName() + ": " + answer);
          }
        }
      }
    }
    assertThat(bad).isEmpty();
    assertThat(
            dev.trunkline.wire.version.APIGrpc.newBlockingStub(channel)
                .getVersion(Empty.getDefaultInstance())
                .getMajor())
        .isEqualTo(2);
  }

  private String call(MethodDescriptor<?, ?> method) {
    var types =
        requireNonNull((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
            .getMethodDescriptor();
    Message request = DynamicMessage.getDefaultInstance(types.getInputType());
    Message answer = DynamicMessage.getDefaultInstance(types.getOutputType());
    var raw =
        MethodDescriptor.<Message, Message>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method.getFullMethodName())
            .setRequestMarshaller(ProtoUtils.marshaller(request))
            .setResponseMarshaller(ProtoUtils.marshaller(answer))
            .build();
    try {
      ClientCalls.blockingUnaryCall(
          channel, raw, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), request);
      return "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + ": " + e.getStatus().getDescription();
    }
  }

  @Test
  void theClusterTellsWhatClientsAskFirst() {
    var admin = dev.trunkline.wire.admin.APIGrpc.newBlockingStub(channel);
    var first = admin.inspectCluster(InspectClusterRequest.getDefaultInstance());
    assertThat(first.getWarningsOk()).isTrue();
    assertThat(first.getWarningsList()).isEmpty();
    assertThat(first.getId()).isNotEmpty();
    assertThat(first.getDeploymentId()).isNotEmpty();
    assertThat(first.hasWebResources()).isTrue();
    assertThat(first.getPaused()).isFalse();
    assertThat(admin.inspectCluster(InspectClusterRequest.getDefaultInstance())).isEqualTo(first);
    var elsewhere =
        InspectClusterRequest.newBuilder()
            .setCurrentProject(Project.newBuilder().setName("nowhere"))
            .build();
    assertThat(admin.inspectCluster(elsewhere).getWarningsList())
        .singleElement()
        .asString()
        .contains("nowhere");
  }
}
