package dev.trunkline.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.trunkline.base.Ids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/// The configuration file of the client, version 2, which other clients read and write too: what we
/// do not know in it stays as it is.
final class ConfigFile {
  private static final Gson PRETTY = new GsonBuilder().setPrettyPrinting().create();

  private final Path file;
  private final JsonObject content;

  private ConfigFile(Path file, JsonObject content) {
    this.file = file;
    this.content = content;
  }

  static Path path(Map<String, String> environment) {
    var home = environment.getOrDefault("HOME", ".");
    return Path.of(environment.getOrDefault("PACH_CONFIG", home + "/.pachyderm/config.json"));
  }

  /// The file that the environment names; empty where there is none yet.
  static ConfigFile read(Map<String, String> environment) {
    var file = path(environment);
    try {
      return new ConfigFile(
          file,
          Files.exists(file)
              ? JsonParser.parseString(Files.readString(file)).getAsJsonObject()
              : new JsonObject());
    } catch (IOException | JsonSyntaxException | IllegalStateException e) {
      throw new UsageError("could not read " + file + ": " + e.getMessage());
    }
  }

  /// The address that the active context has, if any.
  static Optional<String> address(Map<String, String> environment) {
    return field(environment, "pachd_address");
  }

  /// The project of the active context.
  static String project(Map<String, String> environment) {
    return field(environment, "project").orElse("default");
  }

  /// A field of the context that is in use; empty where none is.
  private static Optional<String> field(Map<String, String> environment, String name) {
    var file = read(environment);
    var picked = environment.getOrDefault("PACH_CONTEXT", "");
    var active = picked.isEmpty() ? file.active() : picked;
    if (active.isEmpty()) {
      return Optional.empty();
    }
    if (!(file.contexts().get(active) instanceof JsonObject context)) {
      throw new UsageError(
          "context %s, which %s names, does not exist in %s: there are %s; %s, or make it with pachctl connect ADDRESS --alias %s"
              .formatted(
                  active,
                  picked.isEmpty() ? "active_context" : "PACH_CONTEXT",
                  file.file,
                  file.contexts().keySet(),
                  picked.isEmpty()
                      ? "choose one with pachctl config set active-context NAME"
                      : "unset PACH_CONTEXT",
                  active));
    }
    return context.has(name) ? Optional.of(context.get(name).getAsString()) : Optional.empty();
  }

  private JsonObject version2() {
    return child(content, "v2");
  }

  private static JsonObject child(JsonObject parent, String name) {
    if (!(parent.get(name) instanceof JsonObject)) {
      parent.add(name, new JsonObject());
    }
    return parent.getAsJsonObject(name);
  }

  JsonObject contexts() {
    return child(version2(), "contexts");
  }

  String active() {
    var active = version2().get("active_context");
    return active == null ? "" : active.getAsString();
  }

  void activate(String name) {
    version2().addProperty("active_context", name);
  }

  /// The context called `name`, or an error that says which there are.
  JsonObject context(String name) {
    if (contexts().get(name) instanceof JsonObject context) {
      return context;
    }
    throw new UsageError(
        "context %s does not exist in %s: there are %s".formatted(name, file, contexts().keySet()));
  }

  /// Writes the file: whole or not at all, and for nobody else to read.
  void write() throws IOException {
    if (!content.has("user_id")) {
      content.addProperty("user_id", Ids.random());
    }
    var target = file.toAbsolutePath();
    var folder = dev.trunkline.base.Check.present(target.getParent(), "a file lies in a folder");
    Files.createDirectories(folder);
    var fresh = Files.createTempFile(folder, "config", ".new");
    Files.writeString(fresh, PRETTY.toJson(content) + "\n");
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
