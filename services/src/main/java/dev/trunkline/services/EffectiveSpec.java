package dev.trunkline.services;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.trunkline.base.Refusal;
import dev.trunkline.wire.pps.ClusterDefaults;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.ProjectDefaults;
import dev.trunkline.wire.pps.TolerationOperator;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;

/// The spec that a pipeline runs with: the user's over the defaults of its project, those of the
/// cluster, and the built-in ones.
///
/// @param request what `json` means
/// @param json the merged layers in canonical spelling
record EffectiveSpec(CreatePipelineRequest request, String json) {
  private static final String BUILT_IN =
      """
      {"transform": {"image": "ubuntu:20.04"}, "outputBranch": "master", "datumTries": "3",
       "reprocessSpec": "until_success"}
      """;
  private static final String WRAPPED = "createPipelineRequest";
  private static final List<String> SERVICE_TYPES =
      List.of("", "ClusterIP", "LoadBalancer", "NodePort");

  /// The defaults that stand below the user's text.
  ///
  /// @param cluster the text that was set for the cluster
  /// @param project the text that was set for the project of the pipeline
  record Layers(String cluster, String project) {
    /// Where nothing was ever set.
    static final Layers NONE = new Layers("{}", "{}");
  }

  /// Merges `userJson` over `layers`; what is wrong with it is said with the detail that clients
  /// look for.
  static EffectiveSpec of(String userJson, Layers layers) {
    try {
      var merged = defaults(layers);
      SpecJson.merge(merged, SpecJson.canonical(CreatePipelineRequest.getDescriptor(), userJson));
      return checked(merged);
    } catch (Refusal e) {
      throw invalid(
          "could not make effective spec: " + e.text(),
          "create_pipeline_v2_request.create_pipeline_request_json",
          e.text());
    }
  }

  /// Merges the layers alone.
  private static JsonObject defaults(Layers layers) {
    var merged = JsonParser.parseString(BUILT_IN).getAsJsonObject();
    SpecJson.merge(merged, wrapped(cluster(layers.cluster)));
    SpecJson.merge(merged, wrapped(project(layers.project)));
    return merged;
  }

  private static JsonObject wrapped(JsonObject defaults) {
    return defaults.get(WRAPPED) instanceof JsonObject object ? object : new JsonObject();
  }

  private static JsonObject cluster(String text) {
    return SpecJson.canonical(ClusterDefaults.getDescriptor(), text);
  }

  private static JsonObject project(String text) {
    return SpecJson.canonical(ProjectDefaults.getDescriptor(), text);
  }

  /// Refuses a text that cannot be the defaults of the cluster.
  static void checkCluster(String text) {
    check("cluster", () -> cluster(text), new Layers(text, "{}"));
  }

  /// Refuses a text that cannot be the defaults of a project below which `cluster` stands.
  static void checkProject(String text, String cluster) {
    check("project", () -> project(text), new Layers(cluster, text));
  }

  private static void check(String level, Runnable parse, Layers layers) {
    var field = level + "_defaults_json";
    try {
      parse.run();
    } catch (Refusal e) {
      throw invalid("invalid " + level + " defaults JSON: " + e.text(), field, e.text());
    }
    try {
      checked(defaults(layers));
    } catch (Refusal e) {
      var below = level.equals("cluster") ? "built-in" : "cluster";
      throw invalid(
          "could not merge %s defaults %s into %s defaults: %s"
              .formatted(
                  level,
                  level.equals("cluster") ? layers.cluster : layers.project,
                  below,
                  e.text()),
          field,
          e.text());
    }
  }

  private static EffectiveSpec checked(JsonObject merged) {
    var request = CreatePipelineRequest.newBuilder();
    try {
      JsonFormat.parser().merge(merged.toString(), request);
    } catch (InvalidProtocolBufferException | JsonParseException e) {
      throw Refusal.invalid("invalid effective spec: " + e.getMessage());
    }
    var spec = new EffectiveSpec(request.build(), merged.toString());
    try {
      spec.checkWhatStandsAlone();
    } catch (Refusal e) {
      throw new Refusal("invalid effective spec", e);
    }
    return spec;
  }

  /// What can be judged without looking at anything else.
  private void checkWhatStandsAlone() {
    if (request.hasTfJob()) {
      throw Refusal.invalid("embedding TFJobs in pipelines is not supported yet");
    }
    if (!List.of("", "until_success", "every_job").contains(request.getReprocessSpec())) {
      throw Refusal.invalid(
          "ReprocessSpec must be one of \"until_success\" or \"every_job\", not \"%s\""
              .formatted(request.getReprocessSpec()));
    }
    var tolerations = request.getTolerationsList();
    for (int i = 0; i < tolerations.size(); i++) {
      if (tolerations.get(i).getOperator() == TolerationOperator.EMPTY) {
        throw Refusal.invalid(
            "toleration %d/%d: cannot omit key/value comparison operator; specify EQUAL or EXISTS"
                .formatted(i + 1, tolerations.size()));
      }
    }
    checkJson("PodSpec", request.getPodSpec());
    checkJson("PodPatch", request.getPodPatch());
    checkService(request.getService().getType());
    checkService(request.getSpout().getService().getType());
  }

  private static void checkService(String type) {
    if (!SERVICE_TYPES.contains(type)) {
      throw Refusal.invalid(
          "the following service type %s is not allowed: use ClusterIP, LoadBalancer or NodePort"
              .formatted(type));
    }
  }

  private static void checkJson(String field, String text) {
    if (text.isEmpty()) {
      return;
    }
    try {
      var _ = SpecJson.parse(text);
    } catch (Refusal e) {
      throw new Refusal("malformed " + field, e);
    }
  }

  /// The JSON of a message, with the fields that are set.
  static String print(MessageOrBuilder message) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw Refusal.invalid("malformed pipeline spec: " + e.getMessage());
    }
  }

  private static StatusRuntimeException invalid(String text, String field, String description) {
    var violation =
        BadRequest.newBuilder()
            .addFieldViolations(
                BadRequest.FieldViolation.newBuilder().setField(field).setDescription(description));
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(Code.INVALID_ARGUMENT_VALUE)
            .setMessage(text)
            .addDetails(Any.pack(violation.build()))
            .build());
  }
}
