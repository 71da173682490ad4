package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.InspectProjectRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An empty request is answered, whatever it asks for, and is never an error of ours.
class EmptyRequestTest {
  @TempDir Path folder;

  @Test
  void everyCallAnswersAnEmptyRequest() {
    try (var server = new PfsServer(folder)) {
      var answers = new HashMap<String, Status.Code>();
      for (var method : APIGrpc.getServiceDescriptor().getMethods()) {
        if (method.getType().clientSendsOneMessage()) {
          answers.put(method.getBareMethodName(), answer(server, method));
        }
      }
      assertThat(answers).hasSizeGreaterThan(50);
      assertThat(
              answers.entrySet().stream().filter(e -> isOurs(e.getValue())).map(Map.Entry::getKey))
          .isEmpty();
      var info =
          server.pfs.inspectProject(
              InspectProjectRequest.newBuilder()
                  .setProject(dev.trunkline.wire.pfs.Project.newBuilder().setName("default"))
                  .build());
      assertThat(info.getProject().getName()).isEqualTo("default");
    }
  }

  private static boolean isOurs(Status.Code code) {
    return code == Status.Code.INTERNAL
        || code == Status.Code.UNKNOWN
        || code == Status.Code.DEADLINE_EXCEEDED;
  }

  private static <Q, A> Status.Code answer(PfsServer server, MethodDescriptor<Q, A> method) {
    var empty = method.parseRequest(new ByteArrayInputStream(new byte[0]));
    var options = CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
    try {
      ClientCalls.blockingServerStreamingCall(server.channel, method, options, empty)
          .forEachRemaining(_ -> {});
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}
