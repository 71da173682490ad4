package dev.trunkline.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonParser;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.DeletePipelineRequest;
import dev.trunkline.wire.pps.DeletePipelinesRequest;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.InspectPipelineRequest;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.pps.PipelineInfo;
import dev.trunkline.wire.pps.RerunPipelineRequest;
import dev.trunkline.wire.pps.RunCronRequest;
import dev.trunkline.wire.pps.StartPipelineRequest;
import dev.trunkline.wire.pps.StopPipelineRequest;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Pipelines: listed, looked at, started, stopped, deleted.
final class PipelineCommands {
  private PipelineCommands() {}

  static List<Command> all() {
    var specs = Raw.FLAGS + "spec/s print specs as their users gave them\n";
    var listing =
        specs
            + """
            history*        list so many earlier versions too; all or none
            state*          list only those in this state, as in running; may be given again
            all-projects/A  list the pipelines of every project
            """;
    var deleting =
        """
        force/f  delete it even if other pipelines read its output
        all      delete every pipeline of the project
        """;
    var keeping =
        deleting
            + """
            keep-repo       keep the output repo and what it holds
            all-projects/A  with --all: of every project
            """;
    return List.of(
        new Command("list-pipeline", specs, 0, 0, "", PipelineCommands::listOld),
        new Command("list pipeline", listing, 0, 1, "[NAME]", PipelineCommands::list),
        new Command("inspect-pipeline", Raw.FLAGS, 1, 1, "NAME", (s, a) -> inspect(s, a, true)),
        new Command("inspect pipeline", Raw.FLAGS, 1, 1, "NAME", (s, a) -> inspect(s, a, false)),
        new Command("delete-pipeline", deleting, 0, 1, "NAME or --all", PipelineCommands::delete),
        new Command("delete pipeline", keeping, 0, 1, "NAME or --all", PipelineCommands::delete),
        new Command("start-pipeline", "", 1, 1, "NAME", PipelineCommands::start),
        new Command("start pipeline", "", 1, 1, "NAME", PipelineCommands::start),
        new Command("stop-pipeline", "", 1, 1, "NAME", PipelineCommands::stop),
        new Command("stop pipeline", "", 1, 1, "NAME", PipelineCommands::stop),
        new Command(
            "rerun pipeline",
            "reprocess do every datum anew",
            1,
            1,
            "NAME",
            PipelineCommands::rerun),
        new Command("run cron", "", 1, 1, "NAME", PipelineCommands::cron));
  }

  /// The spec that its user gave, for people to read and to give again.
  static String spec(PipelineInfo info) {
    var json = JsonParser.parseString(info.getUserSpecJson());
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json);
  }

  static PipelineInfo look(Session session, String name) {
    return look(session, Refs.pipeline(session, name));
  }

  static PipelineInfo look(Session session, Pipeline pipeline) {
    return session
        .pps()
        .inspectPipeline(
            InspectPipelineRequest.newBuilder().setPipeline(pipeline).setDetails(true).build());
  }

  private static Pipeline named(Session session, Arguments arguments) {
    return Refs.pipeline(session, arguments.word(0));
  }

  private static Iterator<PipelineInfo> pipelines(Session session, Arguments arguments) {
    var request = ListPipelineRequest.newBuilder();
    if (!arguments.has("all-projects")) {
      request.addProjects(session.project());
    }
    arguments.optional(0).ifPresent(n -> request.setPipeline(Refs.pipeline(session, n)));
    var history = arguments.value("history").orElse("none");
    if (!history.equals("none")) {
      request.setHistory(history.equals("all") ? -1 : arguments.number("history"));
    }
    request.setJqFilter(
        arguments.values("state").stream()
            .map(s -> ".state == \"PIPELINE_" + s.toUpperCase(Locale.ROOT) + "\"")
            .collect(Collectors.joining(" or ")));
    return session.stream(APIGrpc.getListPipelineMethod(), request.build());
  }

  private static void specs(Session session, Arguments arguments) {
    pipelines(session, arguments).forEachRemaining(info -> session.print(spec(info)));
  }

  private static void listOld(Session session, Arguments arguments) {
    if (arguments.has("spec")) {
      specs(session, arguments);
      return;
    }
    Listing.print(
        session,
        pipelines(session, arguments),
        info ->
            new String[] {
              info.getPipeline().getName(),
              input(info.getDetails().getInput(), true),
              info.getPipeline().getName() + "/" + info.getDetails().getOutputBranch(),
              session.age(true, info.getDetails().getCreatedAt(), true),
              state(info)
            },
        "NAME",
        "INPUT",
        "OUTPUT",
        "CREATED",
        "STATE");
  }

  private static String state(PipelineInfo info) {
    return info.getState().name().replace("PIPELINE_", "").toLowerCase(Locale.ROOT);
  }

  private static void list(Session session, Arguments arguments) {
    if (arguments.has("spec")) {
      specs(session, arguments);
      return;
    }
    Listing.print(
        session,
        pipelines(session, arguments),
        info ->
            new String[] {
              info.getPipeline().getProject().getName(),
              info.getPipeline().getName(),
              Long.toString(info.getVersion()),
              input(info.getDetails().getInput(), false),
              session.age(true, info.getDetails().getCreatedAt(), false),
              state(info) + " / " + JobListing.state(info.getLastJobState()),
              troubled(info) ? "*" : "",
              info.getDetails().getDescription()
            },
        "PROJECT",
        "NAME",
        "VERSION",
        "INPUT",
        "CREATED",
        "STATE / LAST JOB",
        "ALERTS",
        "DESCRIPTION");
  }

  private static boolean troubled(PipelineInfo info) {
    return switch (info.getState()) {
      case PIPELINE_FAILURE, PIPELINE_CRASHING -> true;
      default -> info.getLastJobState() == JobState.JOB_FAILURE;
    };
  }

  private static String input(Input input, boolean old) {
    if (input.hasPfs()) {
      var pfs = input.getPfs();
      return (old ? "" : pfs.getProject() + "/") + pfs.getRepo() + ":" + pfs.getGlob();
    }
    if (input.getCrossCount() > 0) {
      return joined(input.getCrossList(), " ⨯ ", old);
    }
    return input.getUnionCount() > 0 ? joined(input.getUnionList(), " ∪ ", old) : "none";
  }

  private static String joined(List<Input> inputs, String by, boolean old) {
    return inputs.stream().map(i -> input(i, old)).collect(Collectors.joining(by, "(", ")"));
  }

  private static void inspect(Session session, Arguments arguments, boolean old) {
    var info = look(session, arguments.word(0));
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    var details = info.getDetails();
    session.print("Name: " + info.getPipeline().getName());
    if (!details.getDescription().isEmpty()) {
      session.print("Description: " + details.getDescription());
    }
    session.print("Version: " + info.getVersion());
    session.print("Created: " + session.age(true, details.getCreatedAt(), old));
    session.print("State: " + state(info));
    session.print("Stopped: " + info.getStopped());
    session.print("Reason: " + info.getReason());
    if (!old) {
      session.print(
          "Workers Available: %d/%d"
              .formatted(details.getWorkersAvailable(), details.getWorkersRequested()));
    }
    session.print("Parallelism Spec: " + info.getParallelism());
    JobCommands.part(session, "ResourceRequests", details.getResourceRequests());
    JobCommands.part(session, "ResourceLimits", details.getResourceLimits());
    JobCommands.timeout(session, "Datum", details.hasDatumTimeout(), details.getDatumTimeout());
    JobCommands.timeout(session, "Job", details.hasJobTimeout(), details.getJobTimeout());
    session.print("Input:\n" + Raw.json(details.getInput()));
    session.print("Output Branch: " + details.getOutputBranch());
    session.print("Transform:\n" + Raw.json(details.getTransform()));
    var place = RunPlace.of(session, info);
    if (place.ignoresImage()) {
      session.print("Runs On: " + place.text());
    }
    JobCommands.part(session, "Egress", details.getEgress());
    if (!details.getRecentError().isEmpty()) {
      session.print("Recent Error: " + details.getRecentError());
    }
    if (old) {
      counts(session, info.getPipeline());
    }
  }

  /// How many jobs of a pipeline, in all its versions, are in which state: a line for each.
  private static void counts(Session session, Pipeline pipeline) {
    var request = ListJobRequest.newBuilder().setPipeline(pipeline).setHistory(-1);
    var counts = new EnumMap<JobState, Long>(JobState.class);
    session.stream(APIGrpc.getListJobMethod(), request.build())
        .forEachRemaining(job -> counts.merge(job.getState(), 1L, Long::sum));
    session.print("Job Counts:");
    counts.forEach((state, count) -> session.print(JobListing.state(state) + ": " + count));
  }

  private static void delete(Session session, Arguments arguments) {
    if (arguments.has("all") == (arguments.count() == 1)) {
      throw new UsageError("expected either the name of a pipeline or --all");
    }
    if (!arguments.has("all")) {
      session
          .pps()
          .deletePipeline(
              DeletePipelineRequest.newBuilder()
                  .setPipeline(named(session, arguments))
                  .setForce(arguments.has("force"))
                  .setKeepRepo(arguments.has("keep-repo"))
                  .setMustExist(true)
                  .build());
      return;
    }
    var request =
        DeletePipelinesRequest.newBuilder()
            .setForce(arguments.has("force"))
            .setKeepRepo(arguments.has("keep-repo"));
    if (arguments.has("all-projects")) {
      request.setAll(true);
    } else {
      request.addProjects(session.project());
    }
    session.pps().deletePipelines(request.build());
  }

  private static void start(Session session, Arguments arguments) {
    var pipeline = named(session, arguments);
    session.pps().startPipeline(StartPipelineRequest.newBuilder().setPipeline(pipeline).build());
  }

  private static void stop(Session session, Arguments arguments) {
    var pipeline = named(session, arguments);
    session
        .pps()
        .stopPipeline(
            StopPipelineRequest.newBuilder().setPipeline(pipeline).setMustExist(true).build());
  }

  private static void rerun(Session session, Arguments arguments) {
    session
        .pps()
        .rerunPipeline(
            RerunPipelineRequest.newBuilder()
                .setPipeline(named(session, arguments))
                .setReprocess(arguments.has("reprocess"))
                .build());
  }

  private static void cron(Session session, Arguments arguments) {
    var pipeline = named(session, arguments);
    session.pps().runCron(RunCronRequest.newBuilder().setPipeline(pipeline).build());
  }
}
