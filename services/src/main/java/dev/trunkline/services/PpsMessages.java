package dev.trunkline.services;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.datum.Cost;
import dev.trunkline.pipelines.DatumResult;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.PipelineInfo;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FileType;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.Datum;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DatumState;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ParallelismSpec;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.pps.PipelineInfo.PipelineType;
import dev.trunkline.wire.pps.PipelineState;
import dev.trunkline.wire.pps.ProcessStats;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Between the messages of `pps_v2` and the words of the domain.
final class PpsMessages {
  private static final List<String> COPIED =
      List.of(
          "parallelism_spec",
          "egress",
          "service",
          "spout",
          "input",
          "resource_requests",
          "resource_limits",
          "sidecar_resource_requests",
          "sidecar_resource_limits",
          "datum_set_spec",
          "datum_timeout",
          "job_timeout",
          "scheduling_spec",
          "metadata",
          "determined",
          "maximum_expected_uptime");

  private PpsMessages() {}

  static PipelineName pipeline(Pipeline pipeline) {
    return new PipelineName(PfsMessages.project(pipeline.getProject()), pipeline.getName());
  }

  static Pipeline pipeline(PipelineName name) {
    return Pipeline.newBuilder()
        .setProject(PfsMessages.project(name.project()))
        .setName(name.name())
        .build();
  }

  static Job job(PipelineName pipeline, String id) {
    return Job.newBuilder().setPipeline(pipeline(pipeline)).setId(id).build();
  }

  static CreatePipelineRequest request(PipelineInfo info) {
    var request = CreatePipelineRequest.newBuilder();
    try {
      JsonFormat.parser().merge(info.effectiveJson(), request);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    request.setPipeline(pipeline(info.spec().name()));
    SpecMessages.input(request.build()).ifPresent(request::setInput);
    return request.build();
  }

  /// The input with the commit that each repo is read at, by `project/repo.type`.
  private static Input at(Input input, Map<String, String> commits) {
    return InputMessages.mapped(
        input,
        leaf -> {
          if (!leaf.hasPfs()) {
            return leaf;
          }
          var out = leaf.toBuilder();
          var pfs = out.getPfsBuilder();
          var repo = new RepoName(pfs.getProject(), pfs.getRepo(), pfs.getRepoType());
          pfs.setCommit(commits.getOrDefault(key(repo), ""));
          return out.build();
        });
  }

  /// What [#at] looks commits up by.
  static String key(RepoName repo) {
    return repo.project() + "/" + repo.name() + "." + repo.type();
  }

  static dev.trunkline.wire.pps.PipelineInfo pipeline(PipelineInfo info) {
    var request = request(info);
    var spec = info.spec();
    var specRepo = spec.name().output().as(RepoName.SPEC);
    var details = details(info, request);
    return dev.trunkline.wire.pps.PipelineInfo.newBuilder()
        .setPipeline(pipeline(spec.name()))
        .setVersion(info.version())
        .setSpecCommit(PfsMessages.commit(new CommitName(specRepo, info.specCommit())))
        .setStopped(info.stopped())
        .setState(PipelineState.valueOf("PIPELINE_" + info.state().name()))
        .setReason(info.reason())
        .setLastJobState(info.lastJob().map(PpsMessages::state).orElse(JobState.JOB_STATE_UNKNOWN))
        .setParallelism(spec.parallelism())
        .setType(PipelineType.PIPELINE_TYPE_TRANSFORM)
        .setDetails(details)
        .setUserSpecJson(info.userJson())
        .setEffectiveSpecJson(info.effectiveJson())
        .build();
  }

  private static dev.trunkline.wire.pps.PipelineInfo.Details.Builder details(
      PipelineInfo info, CreatePipelineRequest request) {
    var spec = info.spec();
    var out =
        dev.trunkline.wire.pps.PipelineInfo.Details.newBuilder()
            .setTransform(request.getTransform())
            .setCreatedAt(PfsMessages.time(info.created()))
            .setUpdatedAt(PfsMessages.time(info.updated()))
            .setOutputBranch(spec.outputBranch())
            .setDescription(spec.description())
            .setSalt(info.salt())
            .setReason(info.reason())
            .setDatumTries(spec.program().tries())
            .setReprocessSpec(request.getReprocessSpec())
            .setAutoscaling(request.getAutoscaling())
            .setPodSpec(request.getPodSpec())
            .setPodPatch(request.getPodPatch())
            .addAllTolerations(request.getTolerationsList());
    info.workersStarted().ifPresent(at -> out.setWorkersStartedAt(PfsMessages.time(at)));
    copy(request, out);
    return out;
  }

  /// Copies the messages of a spec that a message about it has under the same name.
  private static void copy(CreatePipelineRequest request, com.google.protobuf.Message.Builder out) {
    for (var name : COPIED) {
      var from = request.getDescriptorForType().findFieldByName(name);
      var to = out.getDescriptorForType().findFieldByName(name);
      if (to != null && request.hasField(from)) {
        out.setField(to, request.getField(from));
      }
    }
  }

  static JobState state(JobInfo.State state) {
    return JobState.valueOf("JOB_" + state.name());
  }

  static dev.trunkline.wire.pps.JobInfo job(
      JobInfo job, PipelineInfo pipeline, boolean details, Map<String, String> commits) {
    var counts = job.counts();
    var output =
        Commit.newBuilder()
            .setRepo(PfsMessages.repo(job.pipeline().output()))
            .setId(job.id())
            .setBranch(
                PfsMessages.branch(
                    new dev.trunkline.versions.BranchName(
                        job.pipeline().output(), pipeline.spec().outputBranch())));
    var out =
        dev.trunkline.wire.pps.JobInfo.newBuilder()
            .setJob(job(job.pipeline(), job.id()))
            .setPipelineVersion(job.version())
            .setOutputCommit(output)
            .setRestart(job.restart())
            .setDataProcessed(counts.processed())
            .setDataSkipped(counts.skipped())
            .setDataTotal(counts.total())
            .setDataFailed(counts.failed())
            .setDataRecovered(counts.recovered())
            .setStats(
                stats(
                    new Cost(
                        counts.downloaded(),
                        counts.uploaded(),
                        counts.downloadNanos(),
                        counts.processNanos(),
                        counts.uploadNanos())))
            .setState(state(job.state()))
            .setReason(reason(job))
            .setCreated(PfsMessages.time(job.created()));
    job.started().ifPresent(at -> out.setStarted(PfsMessages.time(at)));
    job.finished().ifPresent(at -> out.setFinished(PfsMessages.time(at)));
    if (details) {
      var request = request(pipeline);
      var more =
          dev.trunkline.wire.pps.JobInfo.Details.newBuilder()
              .setTransform(request.getTransform())
              .setPodSpec(request.getPodSpec())
              .setPodPatch(request.getPodPatch())
              .setSalt(job.salt().isEmpty() ? pipeline.salt() : job.salt())
              .setDatumTries(pipeline.spec().program().tries());
      copy(request, more);
      more.setParallelismSpec(
          ParallelismSpec.newBuilder().setConstant(pipeline.spec().parallelism()));
      if (request.hasInput()) {
        more.setInput(at(request.getInput(), commits));
      }
      out.setDetails(more);
    }
    return out.build();
  }

  /// Why a job is where it is: what ended it, or what it waits for and since when.
  private static String reason(JobInfo job) {
    return job.waiting().isEmpty()
        ? job.reason()
        : "waits for %s, since %s".formatted(job.waiting(), job.waitingSince().orElseThrow());
  }

  private static ProcessStats stats(Cost cost) {
    return ProcessStats.newBuilder()
        .setDownloadBytes(cost.downloaded())
        .setUploadBytes(cost.uploaded())
        .setDownloadTime(Durations.fromNanos(cost.downloadNanos()))
        .setProcessTime(Durations.fromNanos(cost.processNanos()))
        .setUploadTime(Durations.fromNanos(cost.uploadNanos()))
        .build();
  }

  static DatumInfo datum(
      DatumResult result,
      List<dev.trunkline.planning.Datum.Part> parts,
      JobInfo job,
      JobInputs inputs) {
    boolean skipped = !result.job().equals(job.id());
    var state = skipped ? DatumState.SKIPPED : state(result);
    var out =
        DatumInfo.newBuilder()
            .setDatum(
                Datum.newBuilder()
                    .setJob(job(job.pipeline(), result.job()))
                    .setId(result.id().hex()))
            .setState(state)
            .setImageId(result.made().image())
            .setStats(stats(result.cost()));
    parts.forEach(part -> out.addData(part(inputs.commit(part), part)));
    return out.build();
  }

  private static DatumState state(DatumResult result) {
    return switch (result.state()) {
      case PROCESSED -> DatumState.SUCCESS;
      case FAILED -> DatumState.FAILED;
      case RECOVERED -> DatumState.RECOVERED;
    };
  }

  private static FileInfo part(
      Optional<CommitName> commit, dev.trunkline.planning.Datum.Part part) {
    var file = File.newBuilder().setPath(part.path());
    commit.ifPresent(c -> file.setCommit(PfsMessages.commit(c)));
    var hash = part.content().map(dev.trunkline.base.Hash::bytes).orElse(new byte[0]);
    return FileInfo.newBuilder()
        .setFile(file)
        .setFileType(part.path().endsWith("/") ? FileType.DIR : FileType.FILE)
        .setSizeBytes(part.size())
        .setHash(com.google.protobuf.ByteString.copyFrom(hash))
        .build();
  }
}
