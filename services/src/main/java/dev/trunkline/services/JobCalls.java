package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.planning.Input;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.LogMessage;
import dev.trunkline.wire.pps.StopJobRequest;
import java.util.HashMap;
import java.util.Map;

/// The calls about jobs, datums and logs.
final class JobCalls {
  private final Versions versions;
  private final Pipelines pipelines;

  JobCalls(Versions versions, Pipelines pipelines) {
    this.versions = versions;
    this.pipelines = pipelines;
  }

  private static void require(boolean present, String text) {
    if (!present) {
      throw Refusal.invalid(text);
    }
  }

  private static PipelineName pipeline(Job job) {
    return PpsMessages.pipeline(job.getPipeline());
  }

  /// The commits that a job reads, by `project/repo`.
  private Map<String, String> commits(JobInfo job) {
    var commits = new HashMap<String, String>();
    for (var name : provenance(job)) {
      commits.put(name.repo().project() + "/" + name.repo().name(), name.id());
    }
    return commits;
  }

  private java.util.List<CommitName> provenance(JobInfo job) {
    try {
      return versions
          .commits()
          .inspect(CommitHandle.of(new CommitName(job.pipeline().output(), job.id())))
          .provenance()
          .stream()
          .filter(name -> !name.repo().type().equals(RepoName.SPEC))
          .toList();
    } catch (Refusal e) {
      return java.util.List.of();
    }
  }

  private dev.trunkline.wire.pps.JobInfo message(JobInfo job, boolean details) {
    return PpsMessages.job(job, pipelines.inspect(job), details, details ? commits(job) : Map.of());
  }

  dev.trunkline.wire.pps.JobInfo inspect(InspectJobRequest request) {
    require(request.hasJob(), "must specify a job");
    var name = pipeline(request.getJob());
    var id = request.getJob().getId();
    var job =
        request.getWait() ? pipelines.jobs().await(name, id) : pipelines.jobs().inspect(name, id);
    return message(job, request.getDetails());
  }

  void list(ListJobRequest request, Calls.Outlet<dev.trunkline.wire.pps.JobInfo> out) {
    if (!request.getJqFilter().isEmpty()) {
      throw new Refusal(Refusal.Kind.UNSUPPORTED, "jq filters are not built yet in this version");
    }
    var projects = request.getProjectsList().stream().map(PfsMessages::project).toList();
    var wanted = request.hasPipeline() ? PpsMessages.pipeline(request.getPipeline()) : null;
    if (wanted != null) {
      pipelines.inspect(wanted);
    }
    var jobs =
        pipelines.jobs().list().stream()
            .filter(j -> projects.isEmpty() || projects.contains(j.pipeline().project()))
            .filter(j -> wanted == null || j.pipeline().equals(wanted))
            .filter(j -> inHistory(j, request.getHistory()))
            .toList();
    long limit = request.getNumber() == 0 ? Long.MAX_VALUE : request.getNumber();
    (request.getReverse() ? jobs.reversed() : jobs)
        .stream().limit(limit).forEach(j -> out.send(message(j, request.getDetails())));
  }

  private boolean inHistory(JobInfo job, long history) {
    return history < 0 || job.version() + history >= pipelines.inspect(job.pipeline()).version();
  }

  void inspectSet(InspectJobSetRequest request, Calls.Outlet<dev.trunkline.wire.pps.JobInfo> out) {
    for (var job : pipelines.jobs().ofSet(request.getJobSet().getId())) {
      var now = request.getWait() ? pipelines.jobs().await(job.pipeline(), job.id()) : job;
      out.send(message(now, request.getDetails()));
    }
  }

  void stop(StopJobRequest request) {
    require(request.hasJob(), "Job must be specified");
    pipelines
        .jobs()
        .stop(pipeline(request.getJob()), request.getJob().getId(), request.getReason());
  }

  /// The commit that each input of a job reads, by the input's name.
  private Map<String, CommitName> inputs(JobInfo job) {
    var byRepo = new HashMap<RepoName, CommitName>();
    provenance(job).forEach(name -> byRepo.put(name.repo(), name));
    var inputs = new HashMap<String, CommitName>();
    pipelines.inspect(job).spec().input().stream()
        .flatMap(Input::leaves)
        .forEach(leaf -> {
          var commit = byRepo.get(new RepoName(leaf.project(), leaf.repo(), leaf.type()));
          if (commit != null) {
            inputs.put(leaf.name(), commit);
          }
        });
    return inputs;
  }

  void datums(ListDatumRequest request, Calls.Outlet<DatumInfo> out) {
    if (request.hasJob() == request.hasInput()) {
      throw request.hasJob()
          ? Refusal.invalid("cannot specify both job and input")
          : Refusal.invalid("must specify a job");
    }
    if (request.hasInput()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED, "datums of an input are not built yet in this version");
    }
    var job = pipelines.jobs().inspect(pipeline(request.getJob()), request.getJob().getId());
    var commits = inputs(job);
    long left = request.getNumber() == 0 ? Long.MAX_VALUE : request.getNumber();
    for (var results = pipelines.jobs().datums(job); left > 0 && results.hasNext(); ) {
      var info = PpsMessages.datum(results.next(), job, commits);
      boolean wanted =
          request.getFilter().getStateCount() == 0
              || request.getFilter().getStateList().contains(info.getState());
      if (wanted && info.getDatum().getId().compareTo(request.getPaginationMarker()) > 0) {
        out.send(info);
        left--;
      }
    }
  }

  DatumInfo datum(InspectDatumRequest request) {
    var datum = request.getDatum();
    require(request.hasDatum() && !datum.getId().isEmpty(), "must specify a datum");
    require(datum.hasJob(), "must specify a job");
    var name = pipeline(datum.getJob());
    var job = pipelines.jobs().inspect(name, datum.getJob().getId());
    for (var results = pipelines.jobs().datums(job); results.hasNext(); ) {
      var result = results.next();
      if (result.id().hex().equals(datum.getId())) {
        return PpsMessages.datum(result, job, inputs(job));
      }
    }
    throw Refusal.notFound(
        "datum %s not found in job %s@%s".formatted(datum.getId(), name, job.id()));
  }

  void logs(GetLogsRequest request, Calls.Outlet<LogMessage> out) {
    if (request.getFollow() || request.getDataFiltersCount() > 0) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED,
          "following logs and filtering them by file are not built yet in this version");
    }
    require(
        request.hasJob() || request.hasPipeline(),
        "the server's own logs are on its standard error: name a pipeline or a job");
    require(
        !request.hasJob() || request.getJob().hasPipeline(),
        "pipeline must be specified for the given job");
    if (request.hasJob()) {
      var name = pipeline(request.getJob());
      logs(pipelines.jobs().inspect(name, request.getJob().getId()), request, out);
      return;
    }
    var name = PpsMessages.pipeline(request.getPipeline());
    pipelines.inspect(name);
    pipelines.jobs().list().reversed().stream()
        .filter(job -> job.pipeline().equals(name))
        .forEach(job -> logs(job, request, out));
  }

  private void logs(JobInfo job, GetLogsRequest request, Calls.Outlet<LogMessage> out) {
    var datum = request.getDatum().getId();
    for (var lines = pipelines.jobs().logs(job); lines.hasNext() && !request.getMaster(); ) {
      var line = lines.next();
      if (datum.isEmpty() || line.datum().equals(datum)) {
        out.send(
            LogMessage.newBuilder()
                .setProjectName(job.pipeline().project())
                .setPipelineName(job.pipeline().name())
                .setJobId(job.id())
                .setDatumId(line.datum())
                .setUser(line.user())
                .setTs(PfsMessages.time(line.time()))
                .setMessage(line.text())
                .build());
      }
    }
  }
}
