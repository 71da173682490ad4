package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import dev.trunkline.testkit.Await;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.CreateDatumRequest;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DeletePipelineRequest;
import dev.trunkline.wire.pps.DeleteSecretRequest;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.InspectPipelineRequest;
import dev.trunkline.wire.pps.InspectSecretRequest;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.pps.RerunPipelineRequest;
import dev.trunkline.wire.pps.RunCronRequest;
import dev.trunkline.wire.pps.StartCreateDatumRequest;
import dev.trunkline.wire.pps.StopPipelineRequest;
import dev.trunkline.wire.pps.UpdateJobStateRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every rule of the protos for requests about pipelines, in the words that clients look for.
class RequestGateTest {
  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void open() throws Exception {
    server = new TestServer(folder);
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static APIGrpc.APIBlockingStub pps() {
    return server.pps();
  }

  private static void refused(Supplier<? extends Object> call, String text) {
    assertThatThrownBy(call::get)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
        .hasMessageContaining(text);
  }

  private static void required(Supplier<? extends Message> call, String field) {
    refused(call, "validate request: invalid " + field + ": value is required");
  }

  @Test
  void requiredMessagesOfUnaryCalls() {
    required(
        () -> pps().inspectPipeline(InspectPipelineRequest.getDefaultInstance()),
        "InspectPipelineRequest.pipeline");
    required(
        () -> pps().deletePipeline(DeletePipelineRequest.getDefaultInstance()),
        "DeletePipelineRequest.pipeline");
    required(
        () -> pps().rerunPipeline(RerunPipelineRequest.getDefaultInstance()),
        "RerunPipelineRequest.pipeline");
    required(() -> pps().runCron(RunCronRequest.getDefaultInstance()), "RunCronRequest.pipeline");
    required(
        () -> pps().deleteSecret(DeleteSecretRequest.getDefaultInstance()),
        "DeleteSecretRequest.secret");
    required(
        () -> pps().inspectSecret(InspectSecretRequest.getDefaultInstance()),
        "InspectSecretRequest.secret");
    required(
        () -> pps().updateJobState(UpdateJobStateRequest.getDefaultInstance()),
        "UpdateJobStateRequest.job");
  }

  @Test
  void requiredMessageOfAServerStream() {
    refused(
        () -> pps().inspectJobSet(InspectJobSetRequest.getDefaultInstance()).next(),
        "invalid InspectJobSetRequest.job_set: value is required");
  }

  @Test
  void aPipelineHasANameWhereverItStands() {
    var nameless = Pipeline.getDefaultInstance();
    var text = "validate request: invalid Pipeline.name: value length must be at least 1 bytes";
    refused(
        () ->
            pps().createPipeline(CreatePipelineRequest.newBuilder().setPipeline(nameless).build()),
        text);
    refused(
        () -> pps().stopPipeline(StopPipelineRequest.newBuilder().setPipeline(nameless).build()),
        text);
  }

  @Test
  void messagesOfAClientStreamSayRecv() {
    refusedStream(StartCreateDatumRequest.getDefaultInstance(), "input: value is required");
    refusedStream(
        StartCreateDatumRequest.newBuilder()
            .setInput(dev.trunkline.wire.pps.Input.getDefaultInstance())
            .setNumber(-1)
            .build(),
        "number: value is too small");
  }

  private static void refusedStream(StartCreateDatumRequest start, String text) {
    var failure = new AtomicReference<@Nullable Throwable>();
    var requests =
        APIGrpc.newStub(server.channel())
            .createDatum(
                new StreamObserver<DatumInfo>() {
                  @Override
                  public void onNext(DatumInfo datum) {}

                  @Override
                  public void onError(Throwable error) {
                    failure.set(error);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(CreateDatumRequest.newBuilder().setStart(start).build());
    Await.until("a refusal", Duration.ofSeconds(20), () -> failure.get() != null);
    refused(
        () -> {
          throw (StatusRuntimeException) Objects.requireNonNull(failure.get());
        },
        "validate recv: invalid StartCreateDatumRequest." + text);
  }
}
