package dev.trunkline.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The contexts of the configuration file: which servers there are, and which one is meant.
final class ConfigCommands {
  private ConfigCommands() {}

  static List<Command> all() {
    return List.of(
        new Command("config get active-context", "", 0, 0, "", ConfigCommands::active),
        new Command("config set active-context", "", 1, 1, "NAME", ConfigCommands::activate),
        new Command("config list context", "", 0, 0, "", ConfigCommands::list),
        new Command("config get context", "", 1, 1, "NAME", ConfigCommands::get),
        new Command(
            "config set context",
            "overwrite replace a context of this name",
            1,
            1,
            "NAME, with the context as JSON on standard input",
            ConfigCommands::set),
        new Command(
            "config update context",
            "pachd-address* where the server of the context is",
            0,
            1,
            "[NAME]",
            ConfigCommands::update),
        new Command("config delete context", "", 1, 1, "NAME", ConfigCommands::delete),
        new Command(
            "connect",
            "alias* the name of the context, instead of the address",
            1,
            1,
            "ADDRESS [--alias NAME]",
            ConfigCommands::connect));
  }

  private static void active(Session session, Arguments arguments) {
    var active = ConfigFile.read(session.environment()).active();
    session.print(active.isEmpty() ? "NONE" : active);
  }

  private static void activate(Session session, Arguments arguments) throws IOException {
    var file = ConfigFile.read(session.environment());
    file.context(arguments.word(0));
    file.activate(arguments.word(0));
    file.write();
  }

  private static void list(Session session, Arguments arguments) {
    var file = ConfigFile.read(session.environment());
    var table = new Table(session, "ACTIVE", "NAME");
    for (var name : file.contexts().keySet()) {
      table.row(name.equals(file.active()) ? "*" : "", name);
    }
    table.end();
  }

  private static void get(Session session, Arguments arguments) {
    var context = ConfigFile.read(session.environment()).context(arguments.word(0));
    session.print(new GsonBuilder().setPrettyPrinting().create().toJson(context));
  }

  private static void set(Session session, Arguments arguments) throws IOException {
    var file = ConfigFile.read(session.environment());
    var name = arguments.word(0);
    if (file.contexts().has(name) && !arguments.has("overwrite")) {
      throw new UsageError("context " + name + " exists: --overwrite replaces it");
    }
    var text = new String(session.streams().in().readAllBytes(), StandardCharsets.UTF_8);
    try {
      file.contexts().add(name, JsonParser.parseString(text).getAsJsonObject());
    } catch (JsonSyntaxException | IllegalStateException e) {
      throw new UsageError("the context is not a JSON object: " + e.getMessage());
    }
    file.write();
  }

  private static void update(Session session, Arguments arguments) throws IOException {
    var file = ConfigFile.read(session.environment());
    var context = file.context(arguments.optional(0).orElse(file.active()));
    arguments.value("pachd-address").ifPresent(text -> address(context, text));
    arguments.value("project").ifPresent(name -> context.addProperty("project", name));
    file.write();
  }

  private static void address(JsonObject context, String text) {
    context.addProperty("pachd_address", Address.parse(text).toString());
  }

  private static void delete(Session session, Arguments arguments) throws IOException {
    var file = ConfigFile.read(session.environment());
    file.context(arguments.word(0));
    if (arguments.word(0).equals(file.active())) {
      throw new UsageError("context " + file.active() + " is active: choose another one first");
    }
    file.contexts().remove(arguments.word(0));
    file.write();
  }

  private static void connect(Session session, Arguments arguments) throws IOException {
    var file = ConfigFile.read(session.environment());
    var name = arguments.value("alias").orElse(arguments.word(0));
    var context = new JsonObject();
    address(context, arguments.word(0));
    file.contexts().add(name, context);
    file.activate(name);
    file.write();
  }
}
