package dev.trunkline.cli;

import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.DeletePipelineRequest;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.InspectPipelineRequest;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.PipelineInfo;
import dev.trunkline.wire.pps.StartPipelineRequest;
import dev.trunkline.wire.pps.StopPipelineRequest;
import dev.trunkline.wire.trunkline.ReusedDatumsRequest;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Pipelines.
final class PipelineCommands {
  private PipelineCommands() {}

  static List<Command> all() {
    var creating = "file/f* push-images/p registry/r* username/u* password* dry-run " + Raw.FLAGS;
    var updating = creating + " reprocess";
    return List.of(
        new Command("create-pipeline", creating, 0, 0, "-f SPEC", (s, a) -> submit(s, a, false)),
        new Command("create pipeline", creating, 0, 0, "-f SPEC", (s, a) -> submit(s, a, false)),
        new Command(
            "update-pipeline",
            updating,
            0,
            0,
            "-f SPEC [--reprocess]",
            (s, a) -> submit(s, a, true)),
        new Command(
            "update pipeline",
            updating,
            0,
            0,
            "-f SPEC [--reprocess]",
            (s, a) -> submit(s, a, true)),
        new Command("list-pipeline", "raw spec/s", 0, 0, "", PipelineCommands::listOld),
        new Command("list pipeline", Raw.FLAGS + " spec/s", 0, 1, "[NAME]", PipelineCommands::list),
        new Command("inspect-pipeline", "raw", 1, 1, "NAME", PipelineCommands::inspect),
        new Command("inspect pipeline", Raw.FLAGS, 1, 1, "NAME", PipelineCommands::inspect),
        new Command("delete-pipeline", "force/f", 1, 1, "NAME", PipelineCommands::delete),
        new Command("delete pipeline", "force/f keep-repo", 1, 1, "NAME", PipelineCommands::delete),
        new Command("start-pipeline", "", 1, 1, "NAME", PipelineCommands::start),
        new Command("start pipeline", "", 1, 1, "NAME", PipelineCommands::start),
        new Command("stop-pipeline", "", 1, 1, "NAME", PipelineCommands::stop),
        new Command("stop pipeline", "", 1, 1, "NAME", PipelineCommands::stop));
  }

  private static void submit(Session session, Arguments arguments, boolean update)
      throws IOException {
    if (arguments.has("push-images")) {
      throw new UsageError(
          "--push-images comes later: push the image yourself and name it in the spec");
    }
    for (var spec : SpecFile.read(session, arguments)) {
      submit(session, arguments, spec, update);
    }
  }

  private static void submit(
      Session session, Arguments arguments, JsonObject spec, boolean update) {
    var name = spec.getAsJsonObject("pipeline").get("name").getAsString();
    boolean dry = arguments.has("dry-run");
    var answer =
        session
            .pps()
            .createPipelineV2(
                CreatePipelineV2Request.newBuilder()
                    .setCreatePipelineRequestJson(spec.toString())
                    .setUpdate(update)
                    .setReprocess(arguments.has("reprocess"))
                    .setDryRun(dry)
                    .build());
    if (dry) {
      session.print(answer.getEffectiveCreatePipelineRequestJson());
      return;
    }
    report(session, name, update, arguments.has("reprocess"));
  }

  /// Says what now exists, which job follows, and whose results stay.
  private static void report(Session session, String name, boolean update, boolean reprocess) {
    var pipeline = Refs.pipeline(session, name);
    var info = look(session, name);
    var image = info.getDetails().getTransform().getImage();
    session.say(
        "pipeline %s is at version %d%s"
            .formatted(name, info.getVersion(), image.isEmpty() ? "" : ", image " + image));
    var jobs =
        session
            .pps()
            .listJob(ListJobRequest.newBuilder().setPipeline(pipeline).setNumber(1).build());
    if (jobs.hasNext()) {
      session.say("job " + jobs.next().getJob().getId() + " starts");
    }
    if (update && !reprocess) {
      var reused =
          session
              .trunkline()
              .reusedDatums(ReusedDatumsRequest.newBuilder().setPipeline(pipeline).build());
      if (reused.getReused() > 0) {
        session.say(
            "%d of %d datums keep the results of an earlier version; update-pipeline --reprocess makes all anew"
                .formatted(reused.getReused(), reused.getTotal()));
      }
    }
  }

  private static PipelineInfo look(Session session, String name) {
    return session
        .pps()
        .inspectPipeline(
            InspectPipelineRequest.newBuilder()
                .setPipeline(Refs.pipeline(session, name))
                .setDetails(true)
                .build());
  }

  private static java.util.Iterator<PipelineInfo> pipelines(Session session, Arguments arguments) {
    var request = ListPipelineRequest.newBuilder().addProjects(session.project());
    arguments.optional(0).ifPresent(n -> request.setPipeline(Refs.pipeline(session, n)));
    return session.pps().listPipeline(request.build());
  }

  private static void listOld(Session session, Arguments arguments) {
    var table = new Table(session, "NAME", "INPUT", "OUTPUT", "CREATED", "STATE");
    for (var all = pipelines(session, arguments); all.hasNext(); ) {
      var info = all.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
        continue;
      }
      var name = info.getPipeline().getName();
      table.row(
          name,
          input(info.getDetails().getInput(), true),
          name + "/" + info.getDetails().getOutputBranch(),
          Human.ago(true, info.getDetails().getCreatedAt(), true),
          state(info));
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static String state(PipelineInfo info) {
    return info.getState().name().replace("PIPELINE_", "").toLowerCase(Locale.ROOT);
  }

  private static void list(Session session, Arguments arguments) {
    var table =
        new Table(
            session,
            "PROJECT",
            "NAME",
            "VERSION",
            "INPUT",
            "CREATED",
            "STATE / LAST JOB",
            "ALERTS",
            "DESCRIPTION");
    for (var all = pipelines(session, arguments); all.hasNext(); ) {
      var info = all.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
        continue;
      }
      table.row(
          info.getPipeline().getProject().getName(),
          info.getPipeline().getName(),
          Long.toString(info.getVersion()),
          input(info.getDetails().getInput(), false),
          Human.ago(true, info.getDetails().getCreatedAt(), false),
          state(info) + " / " + JobCommands.state(info.getLastJobState()),
          "",
          info.getDetails().getDescription());
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
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

  private static void inspect(Session session, Arguments arguments) {
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
    session.print("Created: " + Human.ago(true, details.getCreatedAt(), false));
    session.print("State: " + state(info));
    session.print("Reason: " + info.getReason());
    session.print("Stopped: " + info.getStopped());
    session.print("Parallelism Spec: " + info.getParallelism());
    session.print("Input:\n" + json(details.getInput()));
    session.print("Output Branch: " + details.getOutputBranch());
    session.print("Transform:\n" + json(details.getTransform()));
  }

  static String json(Message message) {
    try {
      return JsonFormat.printer().preservingProtoFieldNames().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Session session, Arguments arguments) {
    session
        .pps()
        .deletePipeline(
            DeletePipelineRequest.newBuilder()
                .setPipeline(Refs.pipeline(session, arguments.word(0)))
                .setForce(arguments.has("force"))
                .setMustExist(true)
                .build());
  }

  private static void start(Session session, Arguments arguments) {
    session
        .pps()
        .startPipeline(
            StartPipelineRequest.newBuilder()
                .setPipeline(Refs.pipeline(session, arguments.word(0)))
                .build());
  }

  private static void stop(Session session, Arguments arguments) {
    session
        .pps()
        .stopPipeline(
            StopPipelineRequest.newBuilder()
                .setPipeline(Refs.pipeline(session, arguments.word(0)))
                .setMustExist(true)
                .build());
  }
}
