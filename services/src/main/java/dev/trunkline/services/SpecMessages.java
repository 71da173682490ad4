package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.datum.Limits;
import dev.trunkline.datum.Program;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.PipelineSpec;
import dev.trunkline.pipelines.Submitted;
import dev.trunkline.versions.Projects;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.ResourceSpec;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// From an effective spec to what the engine needs of it; what is wrong, and what this version
/// cannot do, is refused here.
final class SpecMessages {
  private static final int MOST_WORKERS = 1024;

  private SpecMessages() {}

  /// The request with its project filled in; one without a pipeline is refused.
  static CreatePipelineRequest named(CreatePipelineRequest request) {
    if (!request.hasPipeline()) {
      throw Refusal.invalid("request.Pipeline cannot be nil");
    }
    if (request.getPipeline().getName().isEmpty()) {
      throw Refusal.invalid("request.Pipeline.Name cannot be empty");
    }
    if (!request.getPipeline().getProject().getName().isEmpty()) {
      return request;
    }
    var named = request.toBuilder();
    named.getPipelineBuilder().setProject(Project.newBuilder().setName(Projects.DEFAULT));
    return named.build();
  }

  static Submitted submitted(String userJson, EffectiveSpec effective) {
    return new Submitted(spec(named(effective.request())), userJson, effective.json());
  }

  /// The same for the pipeline called `name`, whatever project the text leaves out.
  static Submitted submitted(String userJson, EffectiveSpec effective, PipelineName name) {
    var request = effective.request().toBuilder().setPipeline(PpsMessages.pipeline(name));
    request.clearUpdate();
    return new Submitted(spec(request.build()), userJson, effective.json());
  }

  /// The input of a request with its defaults, where it has one.
  static Optional<Input> input(CreatePipelineRequest request) {
    var pipeline = request.getPipeline();
    var project = PfsMessages.project(pipeline.getProject());
    return request.hasInput()
        ? Optional.of(InputMessages.defaulted(request.getInput(), pipeline.getName(), project))
        : Optional.empty();
  }

  private static PipelineSpec spec(CreatePipelineRequest request) {
    check(request);
    var input = input(request);
    input.ifPresent(InputMessages::check);
    refuseWhatIsMissing(request);
    var pipeline = request.getPipeline();
    return new PipelineSpec(
        new PipelineName(pipeline.getProject().getName(), pipeline.getName()),
        request.getDescription(),
        request.getTransform().getImage(),
        program(request),
        input.map(InputMessages::planned),
        request.getOutputBranch(),
        Math.clamp(request.getParallelismSpec().getConstant(), 1, MOST_WORKERS),
        request.getSalt(),
        request.getReprocessSpec().equals("every_job"),
        jobTimeout(request),
        request.getAutoscaling(),
        SpecFaults.first(request));
  }

  private static void check(CreatePipelineRequest request) {
    require(request.hasTransform(), "pipeline must specify a transform");
    require(
        !request.getTransform().getImage().isEmpty(),
        "invalid transform: pipeline transform must contain an image");
    require(!request.getOutputBranch().isEmpty(), "pipeline needs to specify an output branch");
    boolean standing = request.hasSpout() || request.hasService();
    require(!request.getS3Out() || !standing, "s3 output is not supported in spouts or services");
    require(
        !request.getAutoscaling() || !request.hasSpout(),
        "autoscaling can't be used with spouts (spouts aren't triggered externally)");
    require(
        !request.hasService()
            || !request.hasParallelismSpec()
            || request.getParallelismSpec().getConstant() == 1,
        "services can only be run with a constant parallelism of 1");
    require(
        !request.hasSpout() || request.getSpout().hasService() || !request.hasInput(),
        "spout pipelines (without a service) must not have an input");
    require(
        !request.hasSpecCommit() || !request.getUpdate(),
        "Cannot update a pipeline and provide a spec commit at the same time");
    for (var secret : request.getTransform().getSecretsList()) {
      require(
          secret.getEnvVar().isEmpty() || !secret.getKey().isEmpty(),
          "secret " + secret.getName() + " has env_var set but is missing key");
    }
    if (request.getEgress().hasSqlDatabase()) {
      var database = request.getEgress().getSqlDatabase();
      require(database.hasSecret(), "egress.sql_database.secret is required");
      require(
          !database.getSecret().getName().isEmpty() && !database.getSecret().getKey().isEmpty(),
          "egress.sql_database.secret.name and egress.sql_database.secret.key are required");
    }
  }

  private static void require(boolean holds, String text) {
    if (!holds) {
      throw Refusal.invalid(text);
    }
  }

  private static void refuseWhatIsMissing(CreatePipelineRequest request) {
    var transform = request.getTransform();
    var missing = new LinkedHashMap<String, Boolean>();
    missing.put("service", request.hasService());
    missing.put("spout", request.hasSpout());
    missing.put("egress", request.hasEgress());
    missing.put("s3_out", request.getS3Out());
    missing.put("spec_commit", request.hasSpecCommit());
    missing.put("transform.secrets", transform.getSecretsCount() > 0);
    missing.put("transform.datum_batching", transform.getDatumBatching());
    missing.entrySet().stream()
        .filter(Map.Entry::getValue)
        .findFirst()
        .ifPresent(field -> {
          throw InputMessages.unsupported(field.getKey());
        });
  }

  private static Optional<Duration> jobTimeout(CreatePipelineRequest request) {
    var limit = request.getJobTimeout();
    return request.hasJobTimeout()
        ? Optional.of(Duration.ofSeconds(limit.getSeconds(), limit.getNanos()))
        : Optional.empty();
  }

  private static Program program(CreatePipelineRequest request) {
    var transform = request.getTransform();
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
        transform.getUser(),
        limits(request.getResourceLimits()));
  }

  private static Limits limits(ResourceSpec limits) {
    long memory = Quantities.bytes(limits.getMemory()).orElse(0);
    return new Limits(memory, Math.max(0, limits.getCpu()));
  }
}
