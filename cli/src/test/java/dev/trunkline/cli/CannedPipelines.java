package dev.trunkline.cli;

import static dev.trunkline.cli.CannedServer.ID;
import static dev.trunkline.cli.CannedServer.LATER;
import static dev.trunkline.cli.CannedServer.ago;
import static dev.trunkline.cli.CannedServer.answer;
import static dev.trunkline.cli.CannedServer.commit;

import com.google.protobuf.Duration;
import com.google.protobuf.Empty;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.CreatePipelineV2Response;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DatumState;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.InspectPipelineRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobSet;
import dev.trunkline.wire.pps.JobSetInfo;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.ListJobSetRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.LogMessage;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.pps.PipelineInfo;
import dev.trunkline.wire.pps.PipelineState;
import dev.trunkline.wire.pps.ProcessStats;
import dev.trunkline.wire.pps.StopJobRequest;
import dev.trunkline.wire.trunkline.ReusedDatumsRequest;
import dev.trunkline.wire.trunkline.ReusedDatumsResponse;
import dev.trunkline.wire.trunkline.ServerInfoResponse;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The pipeline `iris_classifier` with a job that succeeded and one that failed.
final class CannedPipelines extends APIGrpc.APIImplBase {
  static final String DATUM = "a".repeat(64);

  /// An id that jobs of two pipelines share.
  static final String SHARED = "5".repeat(32);

  private final List<String> stopped = Collections.synchronizedList(new ArrayList<>());
  private volatile String spec = "";

  String spec() {
    return spec;
  }

  List<String> stopped() {
    return List.copyOf(stopped);
  }

  /// What we answer beyond the API of 2.12.
  BindableService own() {
    return new dev.trunkline.wire.trunkline.APIGrpc.APIImplBase() {
      @Override
      public void reusedDatums(
          ReusedDatumsRequest request, StreamObserver<ReusedDatumsResponse> out) {
        answer(out, ReusedDatumsResponse.newBuilder().setReused(1).setTotal(2).build());
      }

      @Override
      public void serverInfo(Empty request, StreamObserver<ServerInfoResponse> out) {
        answer(out, ServerInfoResponse.newBuilder().setRunner("process").build());
      }
    };
  }

  private static Pipeline name() {
    return name("iris_classifier");
  }

  private static Pipeline name(String name) {
    return Pipeline.newBuilder()
        .setProject(Project.newBuilder().setName("default"))
        .setName(name)
        .build();
  }

  private static JobInfo good() {
    return JobInfo.newBuilder()
        .setJob(Job.newBuilder().setPipeline(name()).setId(ID))
        .setPipelineVersion(1)
        .setOutputCommit(commit("iris_classifier", ID))
        .setDataProcessed(1)
        .setDataTotal(1)
        .setStats(
            ProcessStats.newBuilder()
                .setDownloadBytes(4600)
                .setUploadBytes(1298)
                .setProcessTime(Duration.newBuilder().setSeconds(1).setNanos(500_000_000)))
        .setState(JobState.JOB_SUCCESS)
        .setCreated(ago(35))
        .setStarted(ago(34))
        .setFinished(ago(28))
        .build();
  }

  private static JobInfo bad() {
    return good().toBuilder()
        .setJob(Job.newBuilder().setPipeline(name()).setId(LATER))
        .setOutputCommit(commit("iris_classifier", LATER))
        .setDataProcessed(0)
        .setDataSkipped(1)
        .setDataFailed(1)
        .setDataTotal(2)
        .setState(JobState.JOB_FAILURE)
        .setReason("datum " + DATUM + " failed")
        .setStarted(ago(9))
        .setFinished(ago(9))
        .build();
  }

  @Override
  public void listJob(ListJobRequest request, StreamObserver<JobInfo> out) {
    if (request.getPipeline().getName().equals("halted")) {
      answer(out);
    } else {
      answer(out, bad(), good());
    }
  }

  private static JobInfo shared(String pipeline) {
    var job = Job.newBuilder().setPipeline(name(pipeline)).setId(SHARED);
    return good().toBuilder().setJob(job).build();
  }

  @Override
  public void stopJob(StopJobRequest request, StreamObserver<Empty> out) {
    stopped.add(request.getJob().getPipeline().getName() + "@" + request.getJob().getId());
    answer(out, Empty.getDefaultInstance());
  }

  @Override
  public void inspectJob(InspectJobRequest request, StreamObserver<JobInfo> out) {
    answer(out, request.getJob().getId().equals(ID) ? good() : bad());
  }

  @Override
  public void inspectJobSet(InspectJobSetRequest request, StreamObserver<JobInfo> out) {
    if (request.getJobSet().getId().equals(SHARED)) {
      answer(out, shared("edges"), shared("montage"));
      return;
    }
    answer(out, request.getJobSet().getId().equals(ID) ? good() : bad());
  }

  @Override
  public void listJobSet(ListJobSetRequest request, StreamObserver<JobSetInfo> out) {
    answer(out, set(bad()), set(good()));
  }

  private static JobSetInfo set(JobInfo job) {
    return JobSetInfo.newBuilder()
        .setJobSet(JobSet.newBuilder().setId(job.getJob().getId()))
        .addJobs(job)
        .build();
  }

  @Override
  public void listDatum(ListDatumRequest request, StreamObserver<DatumInfo> out) {
    answer(out, datum());
  }

  @Override
  public void inspectDatum(InspectDatumRequest request, StreamObserver<DatumInfo> out) {
    answer(out, datum());
  }

  private static DatumInfo datum() {
    var file = File.newBuilder().setCommit(commit("iris", ID)).setPath("/raw/iris_1.csv");
    var info = DatumInfo.newBuilder().setState(DatumState.SUCCESS).setStats(good().getStats());
    info.getDatumBuilder().setId(DATUM).setJob(good().getJob());
    info.setPfsState(File.newBuilder().setCommit(commit("iris_classifier", ID)).setPath("/pfs"));
    return info.addData(FileInfo.newBuilder().setFile(file)).build();
  }

  @Override
  public void getLogs(GetLogsRequest request, StreamObserver<LogMessage> out) {
    if (request.getJob().getId().equals(SHARED)) {
      var text = request.getJob().getPipeline().getName() + " was here";
      answer(out, LogMessage.newBuilder().setUser(true).setMessage(text).build());
      return;
    }
    if (request.getPipeline().getName().equals("talker")) {
      answer(out, said("one"), said("two"), said("three"));
      return;
    }
    answer(
        out,
        LogMessage.newBuilder().setMessage("worker is ready").build(),
        LogMessage.newBuilder().setMessage("attempt 2 of 3").build(),
        LogMessage.newBuilder()
            .setUser(true)
            .setMessage("scored /pfs/iris/raw/iris_1.csv")
            .build());
  }

  private static LogMessage said(String text) {
    return LogMessage.newBuilder()
        .setPipelineName("talker")
        .setJobId(ID)
        .setUser(true)
        .setMessage(text + "\n")
        .build();
  }

  private static PipelineInfo pipeline() {
    var info =
        PipelineInfo.newBuilder()
            .setPipeline(name())
            .setVersion(2)
            .setState(PipelineState.PIPELINE_RUNNING)
            .setLastJobState(JobState.JOB_FAILURE)
            .setParallelism(1)
            .setUserSpecJson("{\"pipeline\":{\"name\":\"iris_classifier\"}}");
    var details = info.getDetailsBuilder();
    details.setCreatedAt(ago(3600)).setOutputBranch("master").setDescription("scores flowers");
    details.getTransformBuilder().addCmd("python3").addCmd("score.py");
    details.getInputBuilder().getPfsBuilder().setProject("default").setRepo("iris").setGlob("/*");
    return info.build();
  }

  @Override
  public void listPipeline(ListPipelineRequest request, StreamObserver<PipelineInfo> out) {
    answer(out, pipeline());
  }

  @Override
  public void inspectPipeline(InspectPipelineRequest request, StreamObserver<PipelineInfo> out) {
    var info = pipeline();
    var name = request.getPipeline().getName();
    if (name.equals("missing") && !spec.contains(name)) {
      out.onError(
          Status.NOT_FOUND
              .withDescription("pipeline default/missing not found")
              .asRuntimeException());
      return;
    }
    if (name.equals("halted")) {
      info = info.toBuilder().setStopped(true).build();
    }
    if (name.equals("boxed")) {
      var boxed = info.toBuilder();
      boxed.getDetailsBuilder().getTransformBuilder().setImage("box:1");
      info = boxed.build();
    }
    answer(out, info);
  }

  @Override
  public void createPipelineV2(
      CreatePipelineV2Request request, StreamObserver<CreatePipelineV2Response> out) {
    spec = request.getCreatePipelineRequestJson();
    answer(out, CreatePipelineV2Response.getDefaultInstance());
  }
}
