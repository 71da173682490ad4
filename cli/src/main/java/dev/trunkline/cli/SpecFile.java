package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Locale.ROOT;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonStreamParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.base.Check;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;

/// Reads pipeline specs: JSON or YAML, several documents or a list in one file. What 1.7 spelled
/// otherwise is turned into 2.12's form before it goes to the server, which is strict.
final class SpecFile {
  private static final Pattern UNKNOWN =
      Pattern.compile("Cannot find field: (\\S+) in message (\\S+)");

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
  private final String name;

  private SpecFile(Session session, Path folder, String name) {
    this.session = session;
    this.folder = folder;
    this.name = name;
  }

  static List<JsonObject> read(Session session, Arguments arguments) throws IOException {
    var name = arguments.value("file").orElse("-");
    if (name.equals("-")) {
      return parse(session, new String(session.streams().in().readAllBytes(), UTF_8));
    }
    if (name.contains("://")) {
      throw new UsageError("specs from a URL are not built yet in this version: " + name);
    }
    var file = Path.of(name).toAbsolutePath();
    if (!Files.exists(file)) {
      throw new IOException("file " + name + " does not exist");
    }
    var folder = Check.present(file.getParent(), "a file lies in a folder");
    return new SpecFile(session, folder, name).parse(Files.readString(file));
  }

  /// The specs in a text that lies in no file.
  static List<JsonObject> parse(Session session, String text) throws IOException {
    return new SpecFile(session, Path.of("").toAbsolutePath(), "the spec").parse(text);
  }

  private List<JsonObject> parse(String text) throws IOException {
    var specs = new ArrayList<JsonObject>();
    for (var document : documents(text)) {
      var elements = document instanceof JsonArray list ? list.asList() : List.of(document);
      for (var element : elements) {
        var spec = converted(element);
        check(spec, text);
        specs.add(spec);
      }
    }
    if (specs.isEmpty()) {
      throw new IOException("malformed pipeline spec: " + name + " is empty");
    }
    return specs;
  }

  /// A text that begins as JSON does is JSON, several documents of which may follow each other; any
  /// other is YAML.
  private List<JsonElement> documents(String text) throws IOException {
    var start = text.stripLeading();
    if (start.isEmpty()) {
      return List.of();
    }
    try {
      if (!start.startsWith("{") && !start.startsWith("[")) {
        return Yamls.parse(text);
      }
      var documents = new ArrayList<JsonElement>();
      var stream = new JsonStreamParser(text);
      while (stream.hasNext()) {
        documents.add(stream.next());
      }
      return documents;
    } catch (JsonParseException | IllegalStateException e) {
      var why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new IOException(
          "malformed pipeline spec: "
              + name
              + ": "
              + firstLine(why).replaceFirst("^.*Exception: ", ""));
    } catch (YAMLException e) {
      throw new IOException(
          "malformed pipeline spec: "
              + name
              + ": "
              + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    }
  }

  private static String firstLine(@Nullable String text) {
    return String.valueOf(text).lines().findFirst().orElse("");
  }

  /// Tells of a field that does not exist, or has a value of the wrong type, with its line.
  private void check(JsonObject spec, String text) throws IOException {
    try {
      JsonFormat.parser().merge(spec.toString(), CreatePipelineRequest.newBuilder());
    } catch (InvalidProtocolBufferException e) {
      var why = firstLine(e.getMessage());
      var unknown = UNKNOWN.matcher(why);
      if (!unknown.find()) {
        throw new IOException("malformed pipeline spec: " + name + ": " + why);
      }
      var field = unknown.group(1);
      int at = text.indexOf(field);
      long line = at < 0 ? 1 : 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
      throw new IOException(
          "malformed pipeline spec: %s, line %d: unknown field \"%s\" in %s: correct its spelling or remove it"
              .formatted(name, line, field, unknown.group(2).replaceFirst("^.*\\.", "")));
    }
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
      if (spec.remove(field) != null || spec.remove(camel(field)) != null) {
        session.say("warning: field " + field + " of 1.7 is ignored: " + why);
      }
    });
    rename(spec, "standby", "autoscaling");
    rename(spec, "chunk_spec", "datum_set_spec");
    rename(spec, "parallelism_spec", "parallelism_spec");
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

  private static String duration(String field, String text) throws IOException {
    if (!Durations.matches(text)) {
      throw new IOException(
          "malformed pipeline spec: "
              + field
              + " wants a duration such as 5m or 300s, not "
              + text);
    }
    return Durations.proto(text);
  }

  private static void rename(JsonObject spec, String old, String now) {
    for (var spelling : List.of(old, camel(old))) {
      var value = spec.remove(spelling);
      if (value != null) {
        spec.add(now, value);
      }
    }
  }

  /// `cache_size` as `cacheSize`, which 1.7 took too.
  private static String camel(String field) {
    return Pattern.compile("_(.)").matcher(field).replaceAll(m -> m.group(1).toUpperCase(ROOT));
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
