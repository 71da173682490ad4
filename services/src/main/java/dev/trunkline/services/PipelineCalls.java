package dev.trunkline.services;

import com.google.protobuf.MessageLite;
import com.google.protobuf.util.Timestamps;
import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.pipelines.Defaults;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.PipelineInfo;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.PipelineQuery;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.pipelines.Submitted;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.ProjectPicker;
import dev.trunkline.wire.pps.CheckStatusRequest;
import dev.trunkline.wire.pps.CheckStatusResponse;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.CreatePipelineTransaction;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.CreatePipelineV2Response;
import dev.trunkline.wire.pps.DeletePipelineRequest;
import dev.trunkline.wire.pps.DeletePipelinesRequest;
import dev.trunkline.wire.pps.DeletePipelinesResponse;
import dev.trunkline.wire.pps.InspectPipelineRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.PipelinesSummary;
import dev.trunkline.wire.pps.PipelinesSummaryRequest;
import dev.trunkline.wire.pps.PipelinesSummaryResponse;
import dev.trunkline.wire.pps.RerunPipelineRequest;
import dev.trunkline.wire.transaction.TransactionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The calls about pipelines.
final class PipelineCalls {
  private static final Pattern ANCESTRY = Pattern.compile("([^\\^~]*)(?:([\\^~]+)|[\\^~](-?\\d+))");
  private static final int PAGE = 128;

  private final Versions versions;
  private final Pipelines pipelines;

  PipelineCalls(Versions versions, Pipelines pipelines) {
    this.versions = versions;
    this.pipelines = pipelines;
  }

  CreatePipelineV2Response create(CreatePipelineV2Request request, TransactionCalls calls) {
    var text = request.getCreatePipelineRequestJson();
    var flags =
        CreatePipelineRequest.newBuilder()
            .setUpdate(request.getUpdate())
            .setReprocess(request.getReprocess())
            .setDryRun(request.getDryRun())
            .build();
    return CreatePipelineV2Response.newBuilder()
        .setEffectiveCreatePipelineRequestJson(EffectiveSpec.print(create(text, flags, calls)))
        .build();
  }

  void create(CreatePipelineRequest request, TransactionCalls calls) {
    create(json(request), request, calls);
  }

  private static String json(CreatePipelineRequest request) {
    return EffectiveSpec.print(
        request.toBuilder().clearUpdate().clearReprocess().clearDryRun().build());
  }

  /// Makes or updates a pipeline and returns its final request; `flags` or the spec itself say how.
  private CreatePipelineRequest create(
      String userJson, CreatePipelineRequest flags, TransactionCalls calls) {
    boolean dryRun =
        flags.getDryRun()
            || EffectiveSpec.of(userJson, EffectiveSpec.Layers.NONE).request().getDryRun();
    if (!dryRun && Joined.transaction().isEmpty()) {
      return versions.change(change -> create(change, userJson, flags).request());
    }
    var planned = versions.read(tx -> effective(tx, userJson, flags));
    if (!dryRun) {
      calls.run(
          TransactionRequest.newBuilder()
              .setCreatePipelineV2(
                  CreatePipelineTransaction.newBuilder()
                      .setCreatePipelineRequest(planned.request())
                      .setUserJson(userJson)
                      .setEffectiveJson(planned.json()))
              .build());
    }
    return planned.request();
  }

  /// Makes or updates a pipeline as a request in a transaction says: from what the user wrote where
  /// that is told, and with the defaults of now.
  void create(Change change, CreatePipelineTransaction request) {
    var flags = request.getCreatePipelineRequest();
    var userJson = request.getUserJson();
    create(change, userJson.isEmpty() ? json(flags) : userJson, flags);
  }

  private EffectiveSpec create(Change change, String userJson, CreatePipelineRequest flags) {
    var effective = effective(change.tx(), userJson, flags);
    var request = effective.request();
    pipelines.create(
        change,
        SpecMessages.submitted(userJson, effective),
        request.getUpdate(),
        request.getReprocess());
    return effective;
  }

  private static EffectiveSpec effective(Tx tx, String userJson, CreatePipelineRequest flags) {
    var own = EffectiveSpec.of(userJson, EffectiveSpec.Layers.NONE).request();
    var project = PfsMessages.project(own.getPipeline().getProject());
    var effective = EffectiveSpec.of(userJson, DefaultsCalls.layers(tx, project));
    return new EffectiveSpec(complete(effective.request(), flags), effective.json());
  }

  private static CreatePipelineRequest complete(
      CreatePipelineRequest request, CreatePipelineRequest flags) {
    return SpecMessages.named(request).toBuilder()
        .setUpdate(request.getUpdate() || flags.getUpdate())
        .setReprocess(request.getReprocess() || flags.getReprocess())
        .setDryRun(request.getDryRun() || flags.getDryRun())
        .build();
  }

  dev.trunkline.wire.pps.PipelineInfo inspect(InspectPipelineRequest request) {
    var info = at(PpsMessages.pipeline(request.getPipeline()));
    var message = PpsMessages.pipeline(info);
    if (!request.getDetails()) {
      return message.toBuilder().clearDetails().build();
    }
    var out = message.toBuilder();
    out.getDetailsBuilder()
        .setWorkersRequested(info.state().wantsWorkers() ? message.getParallelism() : 0)
        .setWorkersAvailable(info.state().hasWorkers() ? message.getParallelism() : 0);
    return out.build();
  }

  /// The version that a name with an ancestry suffix means.
  private PipelineInfo at(PipelineName name) {
    var matcher = ANCESTRY.matcher(name.name());
    if (!matcher.matches()) {
      return pipelines.inspect(name);
    }
    long back =
        matcher.group(2) != null ? matcher.group(2).length() : Long.parseLong(matcher.group(3));
    if (back < 0) {
      throw Refusal.invalid("cannot inspect future pipelines");
    }
    return pipelines.inspect(new PipelineName(name.project(), matcher.group(1)), back);
  }

  void list(ListPipelineRequest request, Calls.Outlet<dev.trunkline.wire.pps.PipelineInfo> out) {
    var window = new Window(request);
    var filter =
        JqFilter.of(
            request.getJqFilter(), dev.trunkline.wire.pps.PipelineInfo.getDefaultInstance());
    var batch = new ArrayList<dev.trunkline.wire.pps.PipelineInfo>();
    var projects = request.getProjectsList().stream().map(PfsMessages::project).toList();
    var pipeline =
        request.hasPipeline()
            ? Optional.of(PpsMessages.pipeline(request.getPipeline()))
            : Optional.<PipelineName>empty();
    pipeline.ifPresent(pipelines::inspect);
    if (!request.getCommitSet().getId().isEmpty()) {
      for (var message : atCommitSet(request.getCommitSet().getId())) {
        var name = PpsMessages.pipeline(message.getPipeline());
        boolean wanted = projects.isEmpty() || projects.contains(name.project());
        if (wanted && pipeline.map(name::equals).orElse(true)) {
          batch.add(message);
        }
      }
    } else {
      pipelines.list(
          new PipelineQuery(pipeline, projects, request.getHistory()),
          info -> {
            batch.add(PpsMessages.pipeline(info));
            return batch.size() < PAGE || window.send(flush(filter, batch), out);
          });
    }
    window.send(flush(filter, batch), out);
  }

  private static List<dev.trunkline.wire.pps.PipelineInfo> flush(
      JqFilter filter, List<dev.trunkline.wire.pps.PipelineInfo> batch) {
    var wanted = List.copyOf(filter.of(batch, message -> message));
    batch.clear();
    return wanted;
  }

  /// The versions in force at a commit set, with what became of its jobs.
  private List<dev.trunkline.wire.pps.PipelineInfo> atCommitSet(String set) {
    var jobs = new LinkedHashMap<PipelineName, JobInfo.State>();
    pipelines.jobs().ofSet(set).forEach(job -> jobs.put(job.pipeline(), job.state()));
    var found = new ArrayList<dev.trunkline.wire.pps.PipelineInfo>();
    for (var commit : versions.commits().set(set).reversed()) {
      if (commit.name().repo().type().equals(RepoName.SPEC)) {
        pipelines
            .ofSpecCommit(commit.name())
            .ifPresent(info -> {
              var state = Optional.ofNullable(jobs.get(info.spec().name()));
              var message = PpsMessages.pipeline(info).toBuilder().clearLastJobState();
              state.map(PpsMessages::state).ifPresent(message::setLastJobState);
              found.add(message.build());
            });
      }
    }
    return found;
  }

  @SuppressWarnings("deprecation") // clients of older versions still ask for all
  void delete(DeletePipelineRequest request) {
    if (request.getAll()) {
      delete(List.of(dev.trunkline.versions.Projects.DEFAULT), request.getForce(), false);
      return;
    }
    try {
      pipelines.delete(
          PpsMessages.pipeline(request.getPipeline()), request.getForce(), request.getKeepRepo());
    } catch (Refusal e) {
      if (e.kind() != Refusal.Kind.NOT_FOUND || request.getMustExist()) {
        throw e;
      }
    }
  }

  DeletePipelinesResponse delete(DeletePipelinesRequest request) {
    var projects = request.getProjectsList().stream().map(PfsMessages::project).toList();
    if (projects.isEmpty() && !request.getAll()) {
      return DeletePipelinesResponse.getDefaultInstance();
    }
    var doomed =
        delete(request.getAll() ? List.of() : projects, request.getForce(), request.getKeepRepo());
    var out = DeletePipelinesResponse.newBuilder();
    doomed.forEach(info -> out.addPipelines(PpsMessages.pipeline(info.spec().name())));
    return out.build();
  }

  private List<PipelineInfo> delete(List<String> projects, boolean force, boolean keepRepo) {
    return versions.change(change -> {
      var query = new PipelineQuery(Optional.empty(), projects, 0);
      var doomed = pipelines.all(change.tx(), query);
      pipelines.delete(change, doomed, force, keepRepo);
      return doomed;
    });
  }

  void deleteAll() {
    versions.change(change -> {
      pipelines.delete(change, pipelines.all(change.tx(), PipelineQuery.CURRENT), true, false);
      Defaults.clear(change);
      return true;
    });
  }

  void stop(PipelineName name, boolean mustExist) {
    try {
      pipelines.stop(name);
    } catch (Refusal e) {
      if (e.kind() != Refusal.Kind.NOT_FOUND || mustExist) {
        throw e;
      }
    }
  }

  void rerun(RerunPipelineRequest request) {
    var name = PpsMessages.pipeline(request.getPipeline());
    try {
      versions.change(change -> {
        var query = new PipelineQuery(Optional.of(name), List.of(), 0);
        var info =
            pipelines.all(change.tx(), query).stream()
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("pipeline \"" + name + "\" not found"));
        var again = new Submitted(info.spec(), info.userJson(), info.effectiveJson());
        pipelines.create(change, again, true, request.getReprocess());
        return true;
      });
    } catch (Refusal e) {
      throw new Refusal("inspect pipeline " + name, e);
    }
  }

  void runCron(PipelineName name) {
    pipelines.inspect(name);
    throw Refusal.invalid("pipeline doesn't have a cron input");
  }

  PipelinesSummaryResponse summary(PipelinesSummaryRequest request) {
    var wanted =
        request.getProjectsList().stream()
            .map(ProjectPicker::getName)
            .map(name -> name.isEmpty() ? dev.trunkline.versions.Projects.DEFAULT : name)
            .toList();
    wanted.forEach(versions.projects()::inspect);
    var counts = new LinkedHashMap<String, PipelinesSummary.Builder>();
    var order =
        wanted.isEmpty()
            ? versions.projects().list().stream().map(project -> project.name()).toList()
            : wanted;
    order.forEach(name ->
        counts.put(name, PipelinesSummary.newBuilder().setProject(PfsMessages.project(name))));
    pipelines.list(
        new PipelineQuery(Optional.empty(), wanted, 0),
        info -> {
          var project = info.spec().name().project();
          Optional.ofNullable(counts.get(project)).ifPresent(out -> count(info, out));
          return true;
        });
    var out = PipelinesSummaryResponse.newBuilder();
    counts.values().stream()
        .filter(c -> c.getActivePipelines() + c.getPausedPipelines() + c.getFailedPipelines() > 0)
        .forEach(out::addSummaries);
    return out.build();
  }

  private static void count(PipelineInfo info, PipelinesSummary.Builder out) {
    switch (info.state()) {
      case FAILURE, CRASHING -> out.setFailedPipelines(out.getFailedPipelines() + 1);
      case PAUSED -> out.setPausedPipelines(out.getPausedPipelines() + 1);
      case STARTING, RUNNING, STANDBY -> out.setActivePipelines(out.getActivePipelines() + 1);
    }
    boolean unhealthy =
        switch (info.lastJob().orElse(JobInfo.State.SUCCESS)) {
          case KILLED, FAILURE, UNRUNNABLE -> true;
          case CREATED, STARTING, RUNNING, FINISHING, SUCCESS -> false;
        };
    out.setUnhealthyPipelines(out.getUnhealthyPipelines() + (unhealthy ? 1 : 0));
  }

  void status(CheckStatusRequest request, Calls.Outlet<CheckStatusResponse> out) {
    var projects =
        request.hasProject()
            ? List.of(PfsMessages.project(request.getProject()))
            : List.<String>of();
    projects.forEach(versions.projects()::inspect);
    var now = versions.read(tx -> tx.now());
    pipelines.list(
        new PipelineQuery(Optional.empty(), projects, 0),
        info -> {
          alert(info, now)
              .ifPresent(text ->
                  out.send(
                      CheckStatusResponse.newBuilder()
                          .setProject(PfsMessages.project(info.spec().name().project()))
                          .setPipeline(PpsMessages.pipeline(info.spec().name()))
                          .addAlerts(text)
                          .build()));
          return true;
        });
  }

  /// What is wrong with a pipeline that runs for longer than it should.
  private static Optional<String> alert(PipelineInfo info, Instant now) {
    var request = PpsMessages.request(info);
    if (!request.hasMaximumExpectedUptime() || info.workersStarted().isEmpty()) {
      return Optional.empty();
    }
    var limit = request.getMaximumExpectedUptime();
    var started = info.workersStarted().get();
    var over =
        Duration.between(started, now)
            .minus(Duration.ofSeconds(limit.getSeconds(), limit.getNanos()));
    return over.isPositive()
        ? Optional.of(
            "%s: Started running at %s, exceeded maximum uptime by %ss"
                .formatted(
                    info.spec().name(),
                    Timestamps.toString(PfsMessages.time(started)),
                    over.toMillis() / 1000.0))
        : Optional.empty();
  }

  /// The part of a listing that lies on the page that was asked for.
  private static final class Window {
    private long skip;
    private long left;

    Window(ListPipelineRequest request) {
      var page = request.getPage();
      boolean bounded = page.getPageSize() > 0;
      skip = bounded ? page.getPageSize() * page.getPageIndex() : 0;
      left = bounded ? page.getPageSize() : Long.MAX_VALUE;
    }

    /// Whether more is wanted after these.
    <T extends MessageLite> boolean send(List<T> messages, Calls.Outlet<T> out) {
      for (var message : messages) {
        if (skip > 0) {
          skip--;
        } else if (left > 0) {
          out.send(message);
          left--;
        }
      }
      return left > 0;
    }
  }
}
