package dev.trunkline.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonStreamParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads pipeline specs: several JSON documents may follow each other. What 1.7 spelled otherwise
/// is turned into 2.12's form before it goes to the server, which is strict.
final class SpecFile {
  private static final Pattern DURATION =
      Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:([\\d.]+)s)?");

  /// Fields of 1.7 without a successor, and what to know about each.
  private static final Map<String, String> DROPPED =
      Map.of(
          "cache_size", "sizes are managed automatically",
          "max_queue_size", "datums are prefetched automatically",
          "enable_stats", "statistics are always kept",
          "batch", "it never had an effect",
          "incremental", "use finer globs instead");

  private final Session session;
  private final Path folder;

  private SpecFile(Session session, Path folder) {
    this.session = session;
    this.folder = folder;
  }

  static List<JsonObject> read(Session session, Arguments arguments) throws IOException {
    var name = arguments.value("file").orElse("-");
    byte[] bytes;
    Path folder;
    if (name.equals("-")) {
      bytes = session.streams().in().readAllBytes();
      folder = Path.of("").toAbsolutePath();
    } else {
      var file = Path.of(name).toAbsolutePath();
      if (!Files.exists(file)) {
        throw new IOException("file " + name + " does not exist");
      }
      bytes = Files.readAllBytes(file);
      folder = dev.trunkline.base.Check.present(file.getParent(), "a file lies in a folder");
    }
    return new SpecFile(session, folder).parse(new String(bytes, StandardCharsets.UTF_8));
  }

  private List<JsonObject> parse(String text) throws IOException {
    var specs = new ArrayList<JsonObject>();
    try {
      for (var documents = new JsonStreamParser(text); documents.hasNext(); ) {
        var document = documents.next();
        if (document instanceof JsonArray list) {
          for (var element : list) {
            specs.add(converted(element));
          }
        } else {
          specs.add(converted(document));
        }
      }
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException("malformed pipeline spec: " + e.getMessage());
    }
    if (specs.isEmpty()) {
      throw new IOException("malformed pipeline spec: the file is empty");
    }
    return specs;
  }

  private JsonObject converted(JsonElement document) throws IOException {
    if (!(document instanceof JsonObject spec)) {
      throw new IOException("malformed pipeline spec: not an object");
    }
    if (!(spec.get("pipeline") instanceof JsonObject pipeline)) {
      throw new IOException("no `pipeline` specified");
    }
    if (!pipeline.has("name")) {
      throw new IOException("no pipeline `name` specified");
    }
    if (!pipeline.has("project")) {
      var project = new JsonObject();
      project.addProperty("name", session.project().getName());
      pipeline.add("project", project);
    }
    spec.remove("$schema");
    fields(spec);
    if (spec.get("input") instanceof JsonObject input) {
      input(input);
    }
    if (spec.get("transform") instanceof JsonObject transform) {
      workingDirectory(transform);
    }
    return spec;
  }

  private void fields(JsonObject spec) throws IOException {
    DROPPED.forEach((field, why) -> {
      if (spec.remove(field) != null) {
        session.say("warning: field " + field + " of 1.7 is ignored: " + why);
      }
    });
    rename(spec, "standby", "autoscaling");
    rename(spec, "chunk_spec", "datum_set_spec");
    if (spec.get("parallelism_spec") instanceof JsonObject parallelism
        && parallelism.has("coefficient")) {
      parallelism.remove("coefficient");
      if (!parallelism.has("constant")) {
        parallelism.addProperty("constant", Runtime.getRuntime().availableProcessors());
      }
      session.say("warning: parallelism_spec.coefficient of 1.7 becomes one worker a core");
    }
    for (var field : List.of("datum_timeout", "job_timeout", "datumTimeout", "jobTimeout")) {
      if (spec.has(field) && spec.get(field).isJsonPrimitive()) {
        spec.addProperty(field, duration(field, spec.get(field).getAsString()));
      }
    }
  }

  private static void rename(JsonObject spec, String old, String now) {
    var value = spec.remove(old);
    if (value != null) {
      spec.add(now, value);
    }
  }

  /// `5m` becomes `300s`.
  private static String duration(String field, String text) throws IOException {
    var match = DURATION.matcher(text);
    if (text.isEmpty() || !match.matches()) {
      throw new IOException(
          "malformed pipeline spec: "
              + field
              + " wants a duration such as 5m or 300s, not "
              + text);
    }
    if (match.group(1) == null && match.group(2) == null) {
      return text;
    }
    double seconds = match.group(1) == null ? 0 : 3600.0 * Long.parseLong(match.group(1));
    seconds += match.group(2) == null ? 0 : 60.0 * Long.parseLong(match.group(2));
    seconds += match.group(3) == null ? 0 : Double.parseDouble(match.group(3));
    return seconds == Math.rint(seconds) ? (long) seconds + "s" : seconds + "s";
  }

  private static void input(JsonObject input) {
    rename(input, "atom", "pfs");
    for (var kind : List.of("cross", "union", "join", "group")) {
      if (input.get(kind) instanceof JsonArray children) {
        children.forEach(child -> input(child.getAsJsonObject()));
      }
    }
  }

  /// A relative folder means one beside the spec.
  private void workingDirectory(JsonObject transform) {
    for (var field : List.of("working_dir", "workingDir")) {
      if (transform.has(field) && transform.get(field).isJsonPrimitive()) {
        var path = transform.get(field).getAsString();
        transform.addProperty(field, folder.resolve(path).normalize().toString());
      }
    }
  }
}
