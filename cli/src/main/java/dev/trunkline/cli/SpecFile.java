package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Locale.ROOT;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonStreamParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.trunkline.base.Check;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
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
  /// Fields of 1.7 without a successor, and what to know about each.
  private static final Map<String, String> DROPPED =
      Map.of(
          "cache_size", "sizes are managed automatically",
          "max_queue_size", "datums are prefetched automatically",
          "enable_stats", "statistics are always kept",
          "batch", "it never had an effect",
          "incremental", "use finer globs instead");

  private static final List<String> RESOURCES = List.of("resource_requests", "resource_limits");

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
      var text = new String(session.streams().in().readAllBytes(), UTF_8);
      return new SpecFile(session, Path.of("").toAbsolutePath(), "standard input").parse(text);
    }
    if (name.contains("://")) {
      throw new UsageError("specs from a URL are not built yet in this version: " + name);
    }
    return read(session, Path.of(name).toAbsolutePath(), name);
  }

  /// The specs in a file, which what is said about them calls `name`.
  static List<JsonObject> read(Session session, Path file, String name) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException("file " + name + " does not exist");
    }
    if (Files.isDirectory(file)) {
      throw new IOException("file " + name + " is a directory: name the spec inside it");
    }
    var folder = Check.present(file.getParent(), "a file lies in a folder");
    try {
      return new SpecFile(session, folder, name).parse(Files.readString(file));
    } catch (CharacterCodingException _) {
      throw new IOException("malformed pipeline spec: " + name + " is not a text in UTF-8");
    } catch (AccessDeniedException _) {
      throw new IOException("file " + name + " may not be read by this user");
    }
  }

  private List<JsonObject> parse(String text) throws IOException {
    var specs = new ArrayList<JsonObject>();
    var documents = documents(text);
    for (int i = 0; i < documents.size(); i++) {
      boolean listed = documents.get(i) instanceof JsonArray;
      var elements =
          documents.get(i) instanceof JsonArray list ? list.asList() : List.of(documents.get(i));
      for (int j = 0; j < elements.size(); j++) {
        var place = new SpecPlace(i, listed ? j : -1);
        specs.add(checked(elements.get(j), place, text));
      }
    }
    if (specs.isEmpty()) {
      throw new IOException("malformed pipeline spec: " + name + " is empty");
    }
    return specs;
  }

  /// Tells of what is wrong with a spec: the file, and the line where it is.
  private JsonObject checked(JsonElement document, SpecPlace place, String text)
      throws IOException {
    try {
      var spec = converted(document);
      var fault = SpecFault.in(spec, CreatePipelineRequest.getDescriptor());
      if (fault.isPresent()) {
        throw new Malformed(fault.get());
      }
      JsonFormat.parser().merge(spec.toString(), CreatePipelineRequest.newBuilder());
      return spec;
    } catch (InvalidProtocolBufferException e) {
      throw malformed(place.of("", text, isJson(text)), firstLine(e.getMessage()));
    } catch (Malformed e) {
      throw malformed(place.of(e.fault.path(), text, isJson(text)), e.fault.why());
    }
  }

  private IOException malformed(String place, @Nullable String why) {
    return new IOException("malformed pipeline spec: " + name + place + ": " + why);
  }

  private static boolean isJson(String text) {
    var start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[");
  }

  /// A text that begins as JSON does is JSON, several documents of which may follow each other; any
  /// other is YAML.
  private List<JsonElement> documents(String text) throws IOException {
    try {
      if (text.isBlank()) {
        return List.of();
      }
      if (!isJson(text)) {
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
      throw malformed("", firstLine(why).replaceFirst("^.*Exception: ", ""));
    } catch (YAMLException | IllegalArgumentException e) {
      throw malformed("", String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    }
  }

  private static String firstLine(@Nullable String text) {
    return String.valueOf(text).lines().findFirst().orElse("");
  }

  private JsonObject converted(JsonElement document) throws Malformed {
    if (!(document instanceof JsonObject spec)) {
      throw new Malformed("", "a spec is an object, not " + SpecFault.shown(document));
    }
    if (!spec.has("pipeline")) {
      throw new Malformed("", "no `pipeline` specified");
    }
    if (!(spec.get("pipeline") instanceof JsonObject pipeline)) {
      throw new Malformed("pipeline", "no `pipeline` specified: it is an object with a name");
    }
    if (!pipeline.has("name") || pipeline.get("name").isJsonNull()) {
      throw new Malformed("pipeline", "no pipeline `name` specified");
    }
    if (!pipeline.has("project")) {
      var project = new JsonObject();
      project.addProperty("name", session.project().getName());
      pipeline.add("project", project);
    }
    spec.remove("$schema");
    fields(spec);
    if (spec.get("input") instanceof JsonObject input) {
      input(input, "input");
    }
    if (spec.get("transform") instanceof JsonObject transform) {
      workingDirectory(transform);
    }
    return spec;
  }

  private void fields(JsonObject spec) throws Malformed {
    DROPPED.forEach((field, why) -> {
      if (spec.remove(field) != null || spec.remove(camel(field)) != null) {
        session.say("warning: field " + field + " of 1.7 is ignored: " + why);
      }
    });
    rename(spec, "standby", "autoscaling");
    rename(spec, "chunk_spec", "datum_set_spec");
    rename(spec, "parallelism_spec", "parallelism_spec");
    if (spec.get("parallelism_spec") instanceof JsonObject parallelism) {
      coefficient(parallelism);
    }
    for (var field : RESOURCES) {
      rename(spec, field, field);
      if (spec.get(field) instanceof JsonObject resources) {
        gpu(resources);
      }
    }
    for (var field : List.of("datum_timeout", "job_timeout", "datumTimeout", "jobTimeout")) {
      if (spec.has(field) && spec.get(field).isJsonPrimitive()) {
        spec.addProperty(field, duration(field, spec.get(field).getAsString()));
      }
    }
  }

  /// 1.7 counted workers for each node of the cluster; this server is one node.
  private void coefficient(JsonObject parallelism) throws Malformed {
    var path = "parallelism_spec.coefficient";
    var coefficient = parallelism.remove("coefficient");
    if (coefficient == null) {
      return;
    }
    if (parallelism.has("constant")) {
      session.say("warning: " + path + " of 1.7 is ignored: the spec has a constant too");
      return;
    }
    try {
      long workers = Math.max(1, (long) Math.floor(coefficient.getAsDouble()));
      parallelism.addProperty("constant", workers);
      session.say(
          "warning: %s %s of 1.7 becomes constant %d: so many workers on the one node there is"
              .formatted(path, coefficient.getAsString(), workers));
    } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException _) {
      throw new Malformed(path, path + " wants a number, not " + SpecFault.shown(coefficient));
    }
  }

  /// 1.7 gave only how many; what else stands there is for the strict look at the whole spec.
  private static void gpu(JsonObject resources) {
    if (resources.get("gpu") instanceof JsonPrimitive number
        && number.getAsString().matches("\\d+")) {
      var gpu = new JsonObject();
      gpu.add("number", number);
      resources.add("gpu", gpu);
    }
  }

  private static String duration(String field, String text) throws Malformed {
    if (!Durations.matches(text)) {
      throw new Malformed(
          field, field + " wants a duration such as 5m or 300s, not \"" + text + "\"");
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

  private static void input(JsonObject input, String path) throws Malformed {
    if (input.has("git")) {
      throw new Malformed(
          path + ".git",
          "git inputs are gone since 2.0: let your CI put the files into a repo with"
              + " pachctl put file -r, and read that repo as pfs");
    }
    rename(input, "atom", "pfs");
    for (var kind : List.of("cross", "union", "join", "group")) {
      if (input.get(kind) instanceof JsonArray children) {
        for (int i = 0; i < children.size(); i++) {
          if (children.get(i) instanceof JsonObject deeper) {
            input(deeper, path + "." + kind + "[" + i + "]");
          }
        }
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

  /// A spec that cannot go to the server.
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient SpecFault fault;

    Malformed(String path, String why) {
      this(new SpecFault(path, why));
    }

    Malformed(SpecFault fault) {
      super(fault.why());
      this.fault = fault;
    }
  }
}
