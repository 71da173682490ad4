package dev.trunkline.cli;

import com.google.gson.JsonObject;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.trunkline.ReusedDatumsRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Making and changing pipelines. Standard output stays quiet; standard error tells what now exists
/// and what follows.
final class PipelineSubmission {
  private PipelineSubmission() {}

  static List<Command> all() {
    var creating =
        """
        file/f*        the file with the spec, JSON or YAML; - is standard input, and the default
        wait           wait for the first job, and fail if it does
        dry-run        print the spec with all defaults, and change nothing
        push-images/p  comes later: push the image yourself
        registry/r*    accepted, without effect
        username/u*    accepted, without effect
        password*      accepted, without effect
        """
            + Raw.FLAGS;
    var again = "reprocess do every datum anew, not only those whose input changed\n";
    var updating = creating + again;
    var editing = again + "editor* the editor to open the spec in, instead of $EDITOR";
    var spec = "-f SPEC [--wait]";
    var change = "-f SPEC [--reprocess] [--wait]";
    return List.of(
        new Command("create-pipeline", creating, 0, 0, spec, (s, a) -> submit(s, a, Kind.CREATE)),
        new Command("create pipeline", creating, 0, 0, spec, (s, a) -> submit(s, a, Kind.CREATE)),
        new Command("update-pipeline", updating, 0, 0, change, (s, a) -> submit(s, a, Kind.CHANGE)),
        new Command("update pipeline", updating, 0, 0, change, (s, a) -> submit(s, a, Kind.UPSERT)),
        new Command("edit-pipeline", editing, 1, 1, "NAME", PipelineEdit::run),
        new Command("edit pipeline", editing, 1, 1, "NAME", PipelineEdit::run),
        new Command(
            "extract-pipeline",
            "",
            1,
            1,
            "NAME",
            (s, a) -> s.print(PipelineCommands.spec(PipelineCommands.look(s, a.word(0))))));
  }

  private static void submit(Session session, Arguments arguments, Kind kind) throws IOException {
    for (var spec : SpecFile.read(session, arguments)) {
      if (arguments.has("push-images")) {
        checkNothingToPush(session, spec);
      }
      if (kind == Kind.CHANGE) {
        PipelineCommands.look(session, named(spec));
      }
      submit(session, arguments, spec, kind != Kind.CREATE);
    }
  }

  /// The pipeline of a spec, in the project that it names.
  private static Pipeline named(JsonObject spec) throws IOException {
    var request = CreatePipelineRequest.newBuilder();
    JsonFormat.parser().merge(spec.toString(), request);
    return request.getPipeline();
  }

  private static void checkNothingToPush(Session session, JsonObject spec) {
    if (spec.has("transform") && spec.getAsJsonObject("transform").has("image")) {
      throw new UsageError(
          "--push-images comes later: push the image yourself and name it in the spec");
    }
    session.say("--push-images: the spec names no image, so there is nothing to push");
  }

  static void submit(Session session, Arguments arguments, JsonObject spec, boolean update)
      throws IOException {
    var pipeline = named(spec);
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
    var job = report(session, pipeline, update);
    if (update && !arguments.has("reprocess")) {
      reused(session, pipeline);
    }
    if (arguments.has("wait") && job.isPresent()) {
      JobCommands.await(session, job.get());
    }
  }

  /// Says what now exists, where it runs, and which job follows.
  private static Optional<Job> report(Session session, Pipeline pipeline, boolean update) {
    var info = PipelineCommands.look(session, pipeline);
    var name = pipeline.getName();
    session.say(
        "pipeline %s %s: version %d, runs on %s"
            .formatted(
                name,
                update && info.getVersion() > 1 ? "updated" : "created",
                info.getVersion(),
                RunPlace.of(session, info).text()));
    if (!info.getReason().isEmpty()) {
      session.say("pipeline " + name + " cannot run yet: " + info.getReason());
    }
    var request = ListJobRequest.newBuilder().setPipeline(pipeline).setNumber(1);
    var jobs = session.stream(APIGrpc.getListJobMethod(), request.build());
    if (!jobs.hasNext()) {
      session.say(
          info.getStopped()
              ? "no job: the pipeline is stopped; pachctl start pipeline " + name + " starts it"
              : "no job yet: the first starts when every input has a commit");
      return Optional.empty();
    }
    var job = jobs.next();
    session.say("job %s: %s".formatted(job.getJob().getId(), JobListing.state(job.getState())));
    return Optional.of(job.getJob());
  }

  /// Says whose results stay although the program may be another one.
  private static void reused(Session session, Pipeline pipeline) {
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

  /// What becomes of a pipeline: 2.12's update makes one that does not exist, 1.7's refuses to.
  private enum Kind {
    CREATE,
    CHANGE,
    UPSERT
  }
}
