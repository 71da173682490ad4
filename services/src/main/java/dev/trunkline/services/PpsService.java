package dev.trunkline.services;

import com.google.protobuf.Empty;
import dev.trunkline.base.Refusal;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.CheckStatusRequest;
import dev.trunkline.wire.pps.CheckStatusResponse;
import dev.trunkline.wire.pps.CreateDatumRequest;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.CreatePipelineV2Response;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DeleteJobRequest;
import dev.trunkline.wire.pps.DeletePipelineRequest;
import dev.trunkline.wire.pps.DeletePipelinesRequest;
import dev.trunkline.wire.pps.DeletePipelinesResponse;
import dev.trunkline.wire.pps.GetClusterDefaultsRequest;
import dev.trunkline.wire.pps.GetClusterDefaultsResponse;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.GetProjectDefaultsRequest;
import dev.trunkline.wire.pps.GetProjectDefaultsResponse;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.InspectPipelineRequest;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobSetInfo;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.ListJobSetRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.LogMessage;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.pps.PipelineInfo;
import dev.trunkline.wire.pps.PipelinesSummaryRequest;
import dev.trunkline.wire.pps.PipelinesSummaryResponse;
import dev.trunkline.wire.pps.RerunPipelineRequest;
import dev.trunkline.wire.pps.RestartDatumRequest;
import dev.trunkline.wire.pps.RunCronRequest;
import dev.trunkline.wire.pps.RunPipelineRequest;
import dev.trunkline.wire.pps.SetClusterDefaultsRequest;
import dev.trunkline.wire.pps.SetClusterDefaultsResponse;
import dev.trunkline.wire.pps.SetProjectDefaultsRequest;
import dev.trunkline.wire.pps.SetProjectDefaultsResponse;
import dev.trunkline.wire.pps.StartPipelineRequest;
import dev.trunkline.wire.pps.StopJobRequest;
import dev.trunkline.wire.pps.StopPipelineRequest;
import dev.trunkline.wire.pps.SubscribeJobRequest;
import dev.trunkline.wire.pps.UpdateJobStateRequest;
import dev.trunkline.wire.transaction.TransactionRequest;
import io.grpc.stub.StreamObserver;

/// `pps_v2.API`: pipelines, jobs and datums. Delegates by topic.
public final class PpsService extends APIGrpc.APIImplBase {
  private final PipelineCalls pipelines;
  private final DefaultsCalls defaults;
  private final JobCalls jobs;
  private final DatumCalls datums;
  private final LogCalls logs;
  private final Pipelines domain;
  private final TransactionCalls transactions;

  /// Answers from `pipelines` and the commits that they read and write.
  public PpsService(Versions versions, Pipelines pipelines) {
    this.domain = pipelines;
    this.transactions = new TransactionCalls(versions, pipelines);
    this.pipelines = new PipelineCalls(versions, pipelines);
    this.defaults = new DefaultsCalls(versions, pipelines);
    this.jobs = new JobCalls(versions, pipelines);
    this.datums = new DatumCalls(versions, pipelines);
    this.logs = new LogCalls(versions, pipelines);
  }

  /// The call that upstream never built, with its answer.
  private static void refuseToRun() {
    throw new Refusal(Refusal.Kind.UNSUPPORTED, "unimplemented");
  }

  private static PipelineName name(boolean present, Pipeline pipeline) {
    if (!present) {
      throw Refusal.invalid("request.Pipeline cannot be nil");
    }
    return PpsMessages.pipeline(pipeline);
  }

  @Override
  public void createPipelineV2(
      CreatePipelineV2Request request, StreamObserver<CreatePipelineV2Response> out) {
    Calls.unary(out, () -> pipelines.create(request, transactions));
  }

  @Override
  public void createPipeline(CreatePipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> pipelines.create(request, transactions));
  }

  @Override
  public void inspectPipeline(InspectPipelineRequest request, StreamObserver<PipelineInfo> out) {
    Calls.unary(out, () -> pipelines.inspect(request));
  }

  @Override
  public void listPipeline(ListPipelineRequest request, StreamObserver<PipelineInfo> out) {
    Calls.stream(out, o -> pipelines.list(request, o));
  }

  @Override
  public void deletePipeline(DeletePipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> pipelines.delete(request));
  }

  @Override
  public void deletePipelines(
      DeletePipelinesRequest request, StreamObserver<DeletePipelinesResponse> out) {
    Calls.unary(out, () -> pipelines.delete(request));
  }

  @Override
  public void deleteAll(Empty request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> pipelines.deleteAll());
  }

  @Override
  public void startPipeline(StartPipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> domain.start(name(request.hasPipeline(), request.getPipeline())));
  }

  @Override
  public void stopPipeline(StopPipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(
        out,
        () ->
            pipelines.stop(
                name(request.hasPipeline(), request.getPipeline()), request.getMustExist()));
  }

  @Override
  public void rerunPipeline(RerunPipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> pipelines.rerun(request));
  }

  @Override
  public void runCron(RunCronRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> pipelines.runCron(PpsMessages.pipeline(request.getPipeline())));
  }

  @Override
  public void runPipeline(RunPipelineRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, PpsService::refuseToRun);
  }

  @Override
  public void pipelinesSummary(
      PipelinesSummaryRequest request, StreamObserver<PipelinesSummaryResponse> out) {
    Calls.unary(out, () -> pipelines.summary(request));
  }

  @Override
  public void checkStatus(CheckStatusRequest request, StreamObserver<CheckStatusResponse> out) {
    Calls.stream(out, o -> pipelines.status(request, o));
  }

  @Override
  public void getClusterDefaults(
      GetClusterDefaultsRequest request, StreamObserver<GetClusterDefaultsResponse> out) {
    Calls.unary(out, () -> defaults.cluster());
  }

  @Override
  public void setClusterDefaults(
      SetClusterDefaultsRequest request, StreamObserver<SetClusterDefaultsResponse> out) {
    Calls.unary(out, () -> defaults.set(request));
  }

  @Override
  public void getProjectDefaults(
      GetProjectDefaultsRequest request, StreamObserver<GetProjectDefaultsResponse> out) {
    Calls.unary(out, () -> defaults.project(request));
  }

  @Override
  public void setProjectDefaults(
      SetProjectDefaultsRequest request, StreamObserver<SetProjectDefaultsResponse> out) {
    Calls.unary(out, () -> defaults.set(request));
  }

  @Override
  public void inspectJob(InspectJobRequest request, StreamObserver<JobInfo> out) {
    Calls.waiting(out, left -> jobs.inspect(request, left));
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
  public void listJobSet(ListJobSetRequest request, StreamObserver<JobSetInfo> out) {
    Calls.stream(out, o -> jobs.listSets(request, o));
  }

  @Override
  public void subscribeJob(SubscribeJobRequest request, StreamObserver<JobInfo> out) {
    Calls.stream(out, o -> jobs.subscribe(request, o));
  }

  @Override
  public void stopJob(StopJobRequest request, StreamObserver<Empty> out) {
    var wrapped = TransactionRequest.newBuilder().setStopJob(request).build();
    Calls.empty(out, () -> transactions.run(wrapped));
  }

  @Override
  public void deleteJob(DeleteJobRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> jobs.delete(request));
  }

  @Override
  public void updateJobState(UpdateJobStateRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> jobs.updateState(request.getJob()));
  }

  @Override
  public void restartDatum(RestartDatumRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> jobs.restartDatum(request));
  }

  @Override
  public void listDatum(ListDatumRequest request, StreamObserver<DatumInfo> out) {
    Calls.stream(out, o -> datums.list(request, o));
  }

  @Override
  public void inspectDatum(InspectDatumRequest request, StreamObserver<DatumInfo> out) {
    Calls.unary(out, () -> datums.inspect(request));
  }

  @Override
  public void getLogs(GetLogsRequest request, StreamObserver<LogMessage> out) {
    Calls.stream(out, o -> logs.logs(request, o));
  }

  @Override
  public StreamObserver<CreateDatumRequest> createDatum(StreamObserver<DatumInfo> out) {
    return new CreateDatumCall(datums, out);
  }
}
