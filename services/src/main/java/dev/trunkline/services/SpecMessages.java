package dev.trunkline.services;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.base.Refusal;
import dev.trunkline.datum.Program;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.PipelineSpec;
import dev.trunkline.pipelines.Submitted;
import dev.trunkline.versions.Projects;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.Transform;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// From the JSON of a pipeline to what the engine needs, with the built-in defaults below it.
final class SpecMessages {
  private static final String DEFAULTS =
      """
      {"outputBranch": "master", "datumTries": "3", "reprocessSpec": "until_success", "transform": {}}
      """;

  private static final int MOST_WORKERS = 1024;

  private SpecMessages() {}

  static Submitted submitted(String userJson) {
    var effective = effective(userJson);
    var request = effective.build();
    return new Submitted(spec(request), userJson, json(effective));
  }

  private static String json(CreatePipelineRequest.Builder request) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(request);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CreatePipelineRequest.Builder effective(String userJson) {
    try {
      var user = canonical(userJson);
      var merged = JsonParser.parseString(DEFAULTS).getAsJsonObject();
      merge(merged, JsonParser.parseString(json(user)).getAsJsonObject());
      var request = CreatePipelineRequest.newBuilder();
      JsonFormat.parser().merge(merged.toString(), request);
      if (!request.hasPipeline()) {
        throw Refusal.invalid("invalid pipeline spec: request.Pipeline cannot be nil");
      }
      if (request.getPipeline().getName().isEmpty()) {
        throw Refusal.invalid("invalid pipeline spec: request.Pipeline.Name cannot be empty");
      }
      if (request.getPipeline().getProject().getName().isEmpty()) {
        request.getPipelineBuilder().setProject(Project.newBuilder().setName(Projects.DEFAULT));
      }
      return request;
    } catch (InvalidProtocolBufferException | JsonParseException | IllegalStateException e) {
      throw Refusal.invalid("could not make effective spec: " + e.getMessage());
    }
  }

  private static CreatePipelineRequest.Builder canonical(String text)
      throws InvalidProtocolBufferException {
    var request = CreatePipelineRequest.newBuilder();
    JsonFormat.parser().merge(text, request);
    return request;
  }

  /// RFC 7396.
  private static void merge(JsonObject target, JsonObject patch) {
    for (var field : patch.entrySet()) {
      JsonElement value = field.getValue();
      if (value.isJsonNull()) {
        target.remove(field.getKey());
      } else if (value instanceof JsonObject object
          && target.get(field.getKey()) instanceof JsonObject below) {
        merge(below, object);
      } else {
        target.add(field.getKey(), value);
      }
    }
  }

  private static PipelineSpec spec(CreatePipelineRequest request) {
    refuseWhatIsMissing(request);
    var name =
        new PipelineName(
            request.getPipeline().getProject().getName(), request.getPipeline().getName());
    var input =
        request.hasInput()
            ? Optional.of(input(request.getInput(), name.project()))
            : Optional.<dev.trunkline.planning.Input>empty();
    var reprocess = request.getReprocessSpec();
    if (!List.of("until_success", "every_job").contains(reprocess)) {
      throw Refusal.invalid(
          "could not make effective spec: ReprocessSpec must be one of \"until_success\" or"
              + " \"every_job\"");
    }
    long workers = request.getParallelismSpec().getConstant();
    return new PipelineSpec(
        name,
        request.getDescription(),
        request.getTransform().getImage(),
        program(request),
        input,
        request.getOutputBranch(),
        Math.clamp(workers, 1, MOST_WORKERS),
        request.getSalt(),
        reprocess.equals("every_job"));
  }

  private static void refuseWhatIsMissing(CreatePipelineRequest request) {
    if (request.hasTfJob()) {
      throw Refusal.invalid("embedding TFJobs in pipelines is not supported yet");
    }
    var missing =
        request.hasService()
            ? "service"
            : request.hasSpout()
                ? "spout"
                : request.hasEgress()
                    ? "egress"
                    : request.getS3Out()
                        ? "s3_out"
                        : request.getTransform().getSecretsCount() > 0 ? "transform.secrets" : "";
    if (!missing.isEmpty()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED, missing + " in a pipeline is not built yet in this version");
    }
  }

  private static Program program(CreatePipelineRequest request) {
    Transform transform = request.getTransform();
    var limit = request.getDatumTimeout();
    Optional<Duration> timeout =
        request.hasDatumTimeout()
            ? Optional.of(Duration.ofSeconds(limit.getSeconds(), limit.getNanos()))
            : Optional.empty();
    return new Program(
        List.copyOf(transform.getCmdList()),
        List.copyOf(transform.getStdinList()),
        List.copyOf(transform.getErrCmdList()),
        List.copyOf(transform.getErrStdinList()),
        transform.getEnvMap(),
        new HashSet<>(transform.getAcceptReturnCodeList()),
        Math.clamp(request.getDatumTries(), 1, 1000),
        timeout,
        transform.getWorkingDir(),
        transform.getUser());
  }

  static dev.trunkline.planning.Input input(Input input, String project) {
    int kinds =
        (input.hasPfs() ? 1 : 0)
            + (input.getCrossCount() > 0 ? 1 : 0)
            + (input.getUnionCount() > 0 ? 1 : 0)
            + (input.getJoinCount() > 0 ? 1 : 0)
            + (input.getGroupCount() > 0 ? 1 : 0)
            + (input.hasCron() ? 1 : 0);
    if (kinds != 1) {
      throw Refusal.invalid(kinds == 0 ? "no input set" : "multiple input types set");
    }
    if (input.hasCron() || input.getJoinCount() > 0 || input.getGroupCount() > 0) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED,
          "inputs of kind join, group and cron are not built yet in this version");
    }
    if (input.hasPfs()) {
      return leaf(input, project);
    }
    if (input.getCrossCount() > 0) {
      return new dev.trunkline.planning.Input.Cross(
          input.getCrossList().stream().map(i -> input(i, project)).toList());
    }
    return new dev.trunkline.planning.Input.Union(
        input.getUnionList().stream().map(i -> input(i, project)).toList());
  }

  private static dev.trunkline.planning.Input.Pfs leaf(Input input, String project) {
    var pfs = input.getPfs();
    if (pfs.getRepo().isEmpty()) {
      throw Refusal.invalid("input must specify a repo");
    }
    if (pfs.getGlob().isEmpty()) {
      throw Refusal.invalid("input must specify a glob");
    }
    if (!pfs.getCommit().isEmpty()) {
      throw Refusal.invalid(
          "input cannot come from a commit; use a branch with head pointing to the commit");
    }
    if (pfs.hasTrigger() || pfs.getS3() || pfs.getLazy() || pfs.getEmptyFiles()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED,
          "trigger, s3, lazy and empty_files of an input are not built yet in this version");
    }
    var name = pfs.getName().isEmpty() ? pfs.getRepo() : pfs.getName();
    if (name.equals("out") || name.equals(".env")) {
      throw Refusal.invalid("input cannot be named " + name);
    }
    return new dev.trunkline.planning.Input.Pfs(
        name,
        pfs.getProject().isEmpty() ? project : pfs.getProject(),
        pfs.getRepo(),
        pfs.getRepoType().isEmpty() ? "user" : pfs.getRepoType(),
        pfs.getBranch().isEmpty() ? "master" : pfs.getBranch(),
        dev.trunkline.base.Glob.compile(pfs.getGlob()).pattern(),
        pfs.getReference());
  }
}
