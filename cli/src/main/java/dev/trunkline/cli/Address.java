package dev.trunkline.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Where the server is: `PACHD_ADDRESS`, else 1.7's `ADDRESS`, else the active context of the
/// configuration file, else this machine.
record Address(String host, int port) {
  private static final int PORT = 30650;

  static Address find(Map<String, String> environment) {
    for (var variable : new String[] {"PACHD_ADDRESS", "ADDRESS"}) {
      var value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        return parse(value);
      }
    }
    return parse(configured(environment));
  }

  private static String configured(Map<String, String> environment) {
    var home = environment.getOrDefault("HOME", ".");
    var file = Path.of(environment.getOrDefault("PACH_CONFIG", home + "/.pachyderm/config.json"));
    var fallback = "grpc://localhost:" + PORT;
    if (!Files.exists(file)) {
      return fallback;
    }
    try {
      var config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      var v2 = config.has("v2") ? config.getAsJsonObject("v2") : new JsonObject();
      var active =
          environment.getOrDefault(
              "PACH_CONTEXT",
              v2.has("active_context") ? v2.get("active_context").getAsString() : "");
      var contexts = v2.has("contexts") ? v2.getAsJsonObject("contexts") : new JsonObject();
      var context = contexts.has(active) ? contexts.getAsJsonObject(active) : new JsonObject();
      return context.has("pachd_address") ? context.get("pachd_address").getAsString() : fallback;
    } catch (IOException | JsonSyntaxException | IllegalStateException e) {
      throw new UsageError("could not read " + file + ": " + e.getMessage());
    }
  }

  static Address parse(String text) {
    var rest = text.replaceFirst("^(grpc|http)://", "");
    if (rest.contains("://")) {
      throw new UsageError(
          "address "
              + text
              + ": this version speaks plaintext only, as in grpc://localhost:"
              + PORT);
    }
    rest = rest.replaceFirst("/+$", "");
    int colon = rest.lastIndexOf(':');
    try {
      return colon < 0
          ? new Address(rest, PORT)
          : new Address(rest.substring(0, colon), Integer.parseInt(rest.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new UsageError("address " + text + " is not HOST:PORT");
    }
  }

  @Override
  public String toString() {
    return "grpc://" + host + ":" + port;
  }
}
