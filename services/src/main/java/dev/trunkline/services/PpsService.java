package dev.trunkline.services;

import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.base.Refusal;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.CreatePipelineV2Response;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DeletePipelineRequest;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.InspectPipelineRequest;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.LogMessage;
import dev.trunkline.wire.pps.PipelineInfo;
import dev.trunkline.wire.pps.StartPipelineRequest;
import dev.trunkline.wire.pps.StopJobRequest;
import dev.trunkline.wire.pps.StopPipelineRequest;
import io.grpc.stub.StreamObserver;

/// `pps_v2.API`: pipelines, jobs and datums. Delegates by topic.
public final class PpsService extends APIGrpc.APIImplBase {
  private final Pipelines pipelines;
  private final JobCalls jobs;

  /// Answers from `pipelines` and the commits that they read and write.
  public PpsService(Versions versions, Pipelines pipelines) {
    this.pipelines = pipelines;
    this.jobs = new JobCalls(versions, pipelines);
  }

  @Override
  public void createPipelineV2(
      CreatePipelineV2Request request, StreamObserver<CreatePipelineV2Response> out) {
    Calls.unary(out, () -> create(request));
  }

  private CreatePipelineV2Response create(CreatePipelineV2Request request) {
    var submitted = SpecMessages.submitted(request.getCreatePipelineRequestJson());
    if (!request.getDryRun()) {
      pipelines.create(submitted, request.getUpdate(), request.getReprocess());
    }
    return CreatePipelineV2Response.newBuilder()
        .setEffectiveCreatePipelineRequestJson(submitted.effectiveJson())
        .build();
  }

  @Override
  public void createPipeline(CreatePipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> create(request));
  }

  private void create(CreatePipelineRequest request) {
    try {
      var json = JsonFormat.printer().omittingInsignificantWhitespace().print(request);
      var submitted = SpecMessages.submitted(json);
      pipelines.create(submitted, request.getUpdate(), request.getReprocess());
    } catch (InvalidProtocolBufferException e) {
      throw Refusal.invalid("malformed pipeline spec: " + e.getMessage());
    }
  }

  @Override
  public void inspectPipeline(InspectPipelineRequest request, StreamObserver<PipelineInfo> out) {
    Calls.unary(out, () -> inspect(request));
  }

  private PipelineInfo inspect(InspectPipelineRequest request) {
    var info = PpsMessages.pipeline(pipelines.inspect(PpsMessages.pipeline(request.getPipeline())));
    return request.getDetails() ? info : info.toBuilder().clearDetails().build();
  }

  @Override
  public void listPipeline(ListPipelineRequest request, StreamObserver<PipelineInfo> out) {
    Calls.stream(out, o -> list(request, o));
  }

  private void list(ListPipelineRequest request, Calls.Outlet<PipelineInfo> out) {
    var projects = request.getProjectsList().stream().map(PfsMessages::project).toList();
    if (request.hasPipeline()) {
      out.send(
          PpsMessages.pipeline(pipelines.inspect(PpsMessages.pipeline(request.getPipeline()))));
      return;
    }
    pipelines.list().stream()
        .filter(p -> projects.isEmpty() || projects.contains(p.spec().name().project()))
        .forEach(p -> out.send(PpsMessages.pipeline(p)));
  }

  @Override
  public void deletePipeline(DeletePipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> delete(request));
  }

  private void delete(DeletePipelineRequest request) {
    try {
      pipelines.delete(
          PpsMessages.pipeline(request.getPipeline()), request.getForce(), request.getKeepRepo());
    } catch (Refusal e) {
      if (e.kind() != Refusal.Kind.NOT_FOUND || request.getMustExist()) {
        throw e;
      }
    }
  }

  @Override
  public void startPipeline(StartPipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> pipelines.start(PpsMessages.pipeline(request.getPipeline())));
  }

  @Override
  public void stopPipeline(StopPipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> pipelines.stop(PpsMessages.pipeline(request.getPipeline())));
  }

  @Override
  public void inspectJob(InspectJobRequest request, StreamObserver<JobInfo> out) {
    Calls.unary(out, () -> jobs.inspect(request));
  }

  @Override
  public void inspectJobSet(InspectJobSetRequest request, StreamObserver<JobInfo> out) {
    Calls.stream(out, o -> jobs.inspectSet(request, o));
  }

  @Override
  public void listJob(ListJobRequest request, StreamObserver<JobInfo> out) {
    Calls.stream(out, o -> jobs.list(request, o));
  }

  @Override
  public void stopJob(StopJobRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> jobs.stop(request));
  }

  @Override
  public void listDatum(ListDatumRequest request, StreamObserver<DatumInfo> out) {
    Calls.stream(out, o -> jobs.datums(request, o));
  }

  @Override
  public void inspectDatum(InspectDatumRequest request, StreamObserver<DatumInfo> out) {
    Calls.unary(out, () -> jobs.datum(request));
  }

  @Override
  public void getLogs(GetLogsRequest request, StreamObserver<LogMessage> out) {
    Calls.stream(out, o -> jobs.logs(request, o));
  }
}
