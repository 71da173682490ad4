package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.JobPages;
import dev.trunkline.pipelines.JobQuery;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.Provenance;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pps.DatumStatus;
import dev.trunkline.wire.pps.DeleteJobRequest;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobSet;
import dev.trunkline.wire.pps.JobSetInfo;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.ListJobSetRequest;
import dev.trunkline.wire.pps.RestartDatumRequest;
import dev.trunkline.wire.pps.StopJobRequest;
import dev.trunkline.wire.pps.SubscribeJobRequest;
import dev.trunkline.wire.pps.WorkerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// The calls about jobs.
final class JobCalls {
  private final Versions versions;
  private final Pipelines pipelines;
  private final JobPages pages;
  private final Provenance provenance;

  JobCalls(Versions versions, Pipelines pipelines) {
    this.versions = versions;
    this.pipelines = pipelines;
    this.pages = new JobPages(versions);
    this.provenance = new Provenance(versions);
  }

  private static void require(boolean present, String text) {
    if (!present) {
      throw Refusal.invalid(text);
    }
  }

  static PipelineName pipeline(Job job) {
    return PpsMessages.pipeline(job.getPipeline());
  }

  /// The messages of a page of jobs: two statements, whatever is on it.
  private List<dev.trunkline.wire.pps.JobInfo> messages(List<JobInfo> jobs, boolean details) {
    var ran = pages.pipelines(jobs);
    var ids = jobs.stream().map(JobInfo::id).collect(Collectors.toSet());
    var sources = details ? provenance.ofSets(ids) : Map.<CommitName, List<CommitName>>of();
    var out = new ArrayList<dev.trunkline.wire.pps.JobInfo>();
    for (var job : jobs) {
      var pipeline = ran.get(job);
      if (pipeline != null) {
        var commits = new HashMap<String, String>();
        sources
            .getOrDefault(new CommitName(job.pipeline().output(), job.id()), List.of())
            .forEach(name -> commits.put(PpsMessages.key(name.repo()), name.id()));
        var message = PpsMessages.job(job, pipeline, details, commits);
        out.add(details && job.state() == JobInfo.State.RUNNING ? working(message, job) : message);
      }
    }
    return out;
  }

  /// Adds what its workers run at the moment.
  private dev.trunkline.wire.pps.JobInfo working(
      dev.trunkline.wire.pps.JobInfo message, JobInfo job) {
    var out = message.toBuilder();
    for (var running : pipelines.jobs().running().of(job)) {
      var status = DatumStatus.newBuilder().setStarted(PfsMessages.time(running.started()));
      running.data().forEach(file -> status.addData(LogCalls.file(file)));
      out.getDetailsBuilder()
          .addWorkerStatus(
              WorkerStatus.newBuilder()
                  .setWorkerId(running.worker())
                  .setJobId(job.id())
                  .setDatumStatus(status));
    }
    return out.build();
  }

  /// The job, once it is over where that is asked for; gives up where the client has `left`.
  dev.trunkline.wire.pps.JobInfo inspect(InspectJobRequest request, BooleanSupplier left) {
    require(request.hasJob(), "must specify a job");
    var name = pipeline(request.getJob());
    var id = request.getJob().getId();
    var job =
        request.getWait()
            ? pipelines.jobs().await(name, id, left)
            : pipelines.jobs().inspect(name, id);
    return messages(List.of(job), request.getDetails()).getFirst();
  }

  void list(ListJobRequest request, Calls.Outlet<dev.trunkline.wire.pps.JobInfo> out) {
    require(request.getNumber() >= 0, "number must be non-negative");
    var pipeline =
        request.hasPipeline()
            ? Optional.of(PpsMessages.pipeline(request.getPipeline()))
            : Optional.<PipelineName>empty();
    pipeline.ifPresent(this::refuseUnknown);
    var filter =
        JqFilter.of(request.getJqFilter(), dev.trunkline.wire.pps.JobInfo.getDefaultInstance());
    var sets = downstream(request.getInputCommitList());
    var query =
        new JobQuery(
            pipeline,
            request.getProjectsList().stream().map(PfsMessages::project).toList(),
            request.getHistory(),
            request.getReverse(),
            request.hasPaginationMarker()
                ? Optional.of(instant(request.getPaginationMarker()))
                : Optional.empty());
    var left = new long[] {request.getNumber() == 0 ? Long.MAX_VALUE : request.getNumber()};
    pages.list(
        query,
        page -> {
          var wanted =
              page.stream().filter(j -> sets.map(s -> s.contains(j.id())).orElse(true)).toList();
          for (var message : filter.of(messages(wanted, request.getDetails()), m -> m)) {
            if (left[0] > 0) {
              out.send(message);
              left[0]--;
            }
          }
          return left[0] > 0;
        });
  }

  private void refuseUnknown(PipelineName name) {
    try {
      pipelines.inspect(name);
    } catch (Refusal e) {
      throw e.kind() == Refusal.Kind.NOT_FOUND
          ? Refusal.notFound("pipeline \"" + name + "\" not found")
          : e;
    }
  }

  private static Instant instant(com.google.protobuf.Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /// The sets in which something was made directly from every one of these commits; absent where
  /// none are given.
  private Optional<Set<String>> downstream(List<Commit> commits) {
    Optional<Set<String>> all = Optional.empty();
    for (var commit : commits) {
      var made =
          versions.commits().inspect(PfsMessages.commit(commit)).subvenance().stream()
              .map(relative -> relative.name().id())
              .collect(Collectors.toSet());
      all.ifPresent(made::retainAll);
      all = Optional.of(made);
    }
    return all;
  }

  void listSets(ListJobSetRequest request, Calls.Outlet<JobSetInfo> out) {
    require(request.getNumber() >= 0, "number must be non-negative");
    var filter =
        JqFilter.of(request.getJqFilter(), dev.trunkline.wire.pps.JobInfo.getDefaultInstance());
    var projects = request.getProjectsList().stream().map(PfsMessages::project).toList();
    var marker =
        request.hasPaginationMarker()
            ? Optional.of(instant(request.getPaginationMarker()))
            : Optional.<Instant>empty();
    var query = new JobQuery(Optional.empty(), List.of(), -1, request.getReverse(), marker);
    var left = new long[] {request.getNumber() == 0 ? Long.MAX_VALUE : request.getNumber()};
    pages.sets(
        query,
        sets -> {
          var members = new HashMap<String, JobSetInfo.Builder>();
          var jobs =
              sets.values().stream()
                  .flatMap(List::stream)
                  .filter(j -> projects.isEmpty() || projects.contains(j.pipeline().project()))
                  .toList();
          for (var message : filter.of(messages(jobs, request.getDetails()), m -> m)) {
            var id = message.getJob().getId();
            members
                .computeIfAbsent(id, _ -> JobSetInfo.newBuilder().setJobSet(set(id)))
                .addJobs(message);
          }
          for (var id : sets.keySet()) {
            var info = members.get(id);
            if (info != null && left[0] > 0) {
              out.send(info.build());
              left[0]--;
            }
          }
          return left[0] > 0;
        });
  }

  private static JobSet set(String id) {
    return JobSet.newBuilder().setId(id).build();
  }

  void inspectSet(InspectJobSetRequest request, Calls.Outlet<dev.trunkline.wire.pps.JobInfo> out) {
    var jobs = inOrder(request.getJobSet().getId());
    if (!request.getWait()) {
      messages(jobs, request.getDetails()).forEach(out::send);
      return;
    }
    for (var job : jobs) {
      var done = pipelines.jobs().await(job.pipeline(), job.id(), out::left);
      messages(List.of(done), request.getDetails()).forEach(out::send);
    }
  }

  /// The jobs of a set, sources first; in the order of creation where its commits are gone.
  private List<JobInfo> inOrder(String id) {
    var jobs = pipelines.jobs().ofSet(id);
    var order = new HashMap<CommitName, Integer>();
    try {
      for (var commit : versions.commits().set(id)) {
        order.put(commit.name(), order.size());
      }
    } catch (Refusal e) {
      if (e.kind() != Refusal.Kind.NOT_FOUND) {
        throw e;
      }
    }
    return jobs.stream()
        .sorted(
            java.util.Comparator.comparing((JobInfo job) ->
                order.getOrDefault(
                    new CommitName(job.pipeline().output(), job.id()), Integer.MAX_VALUE)))
        .toList();
  }

  void subscribe(SubscribeJobRequest request, Calls.Outlet<dev.trunkline.wire.pps.JobInfo> out) {
    require(request.hasPipeline(), "pipeline must be specified");
    var name = PpsMessages.pipeline(request.getPipeline());
    pages.subscribe(
        name, out::left, jobs -> messages(jobs, request.getDetails()).forEach(out::send));
  }

  void stop(Change change, StopJobRequest request) {
    require(request.hasJob(), "Job must be specified");
    pipelines
        .jobs()
        .stop(change, pipeline(request.getJob()), request.getJob().getId(), request.getReason());
  }

  void delete(DeleteJobRequest request) {
    require(request.hasJob(), "job cannot be nil");
    pipelines.jobs().delete(pipeline(request.getJob()), request.getJob().getId());
  }

  /// Jobs are the scheduler's own: whoever asks is told whether there is still something to decide.
  void updateState(Job job) {
    var now = pipelines.jobs().inspect(pipeline(job), job.getId());
    if (now.state().isTerminal()) {
      throw Refusal.forbiddenNow(
          "job %s@%s has already finished".formatted(now.pipeline(), now.id()));
    }
    throw new Refusal(
        Refusal.Kind.DENIED,
        "the state of job %s@%s is kept by the server: stop or delete the job instead"
            .formatted(now.pipeline(), now.id()));
  }

  void restartDatum(RestartDatumRequest request) {
    require(request.hasJob(), "must specify a job");
    var job = pipelines.jobs().inspect(pipeline(request.getJob()), request.getJob().getId());
    var filters = request.getDataFiltersList();
    boolean any =
        pipelines
            .jobs()
            .running()
            .restart(
                job,
                running ->
                    filters.stream()
                        .allMatch(filter ->
                            running.data().stream()
                                .anyMatch(file -> LogCalls.matches(file, filter))));
    if (!any) {
      throw Refusal.notFound(
          "datum matching filter [%s] could not be found for job ID %s"
              .formatted(String.join(" ", filters), job.id()));
    }
  }
}
