package dev.trunkline.services;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.ResourceSpec;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.stream.Stream;

/// What is accepted in a spec and turns out to be wrong once the pipeline is to run: whoever made
/// it reads so as the reason of the pipeline's failure.
final class SpecFaults {
  private static final Set<String> OPERATIONS =
      Set.of("add", "remove", "replace", "move", "copy", "test");

  private SpecFaults() {}

  /// The first fault of a spec, in words; empty where it has none.
  static String first(CreatePipelineRequest request) {
    if (request.getTransform().getCmdCount() == 0) {
      return "nothing to run: no transform.cmd: name the program and its arguments there, and update the"
          + " pipeline";
    }
    var resources =
        Stream.concat(quantities(request), patch(request.getPodPatch()))
            .findFirst()
            .map("could not update resources after 1 attempts: "::concat);
    if (resources.isPresent()) {
      return resources.get();
    }
    return request.hasMaximumExpectedUptime() && !request.getAutoscaling()
        ? "autoscaling must be true when max_expected_uptime is non-zero"
        : "";
  }

  private static Stream<String> quantities(CreatePipelineRequest request) {
    var specs = new LinkedHashMap<String, ResourceSpec>();
    specs.put("resource_requests", request.getResourceRequests());
    specs.put("resource_limits", request.getResourceLimits());
    specs.put("sidecar_resource_requests", request.getSidecarResourceRequests());
    specs.put("sidecar_resource_limits", request.getSidecarResourceLimits());
    return specs.entrySet().stream()
        .flatMap(spec ->
            Stream.of(
                    quantity(spec.getKey() + ".memory", spec.getValue().getMemory()),
                    quantity(spec.getKey() + ".disk", spec.getValue().getDisk()),
                    cores(spec.getKey() + ".cpu", spec.getValue().getCpu()))
                .flatMap(fault -> fault));
  }

  private static Stream<String> quantity(String field, String text) {
    return text.isEmpty() || Quantities.bytes(text).isPresent()
        ? Stream.of()
        : Stream.of("%s \"%s\" is no quantity: write it like 64Mi or 1G".formatted(field, text));
  }

  private static Stream<String> cores(String field, float cores) {
    return cores >= 0
        ? Stream.of()
        : Stream.of("%s %s is no quantity: write it like 0.5 or 2".formatted(field, cores));
  }

  private static Stream<String> patch(String text) {
    if (text.isEmpty()) {
      return Stream.of();
    }
    return JsonParser.parseString(text) instanceof JsonArray operations
            && operations.asList().stream().allMatch(SpecFaults::isOperation)
        ? Stream.of()
        : Stream.of(
            "pod_patch is no JSON patch (RFC 6902): write it like"
                + " [{\"op\": \"add\", \"path\": \"/...\", \"value\": ...}]");
  }

  private static boolean isOperation(JsonElement element) {
    return element instanceof JsonObject operation
        && OPERATIONS.contains(text(operation, "op"))
        && operation.has("path");
  }

  private static String text(JsonObject object, String field) {
    var value = object.get(field);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }
}
