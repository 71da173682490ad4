package dev.trunkline.server;

import dev.trunkline.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// The values that a server was given, by name: a flag goes before `TRUNKLINE_*` of the
/// environment, that before the configuration file.
final class Configuration {
  static final String FILE = "trunkline.yaml";

  private static final Set<String> NAMES =
      Set.of("data", "listen", "runner", "database", "config", "detach");
  private static final Set<String> SWITCHES = Set.of("detach");

  private final Map<String, String> flags;
  private final Map<String, String> environment;
  private final Map<String, String> file;

  private Configuration(
      Map<String, String> flags, Map<String, String> environment, Map<String, String> file) {
    this.flags = flags;
    this.environment = environment;
    this.file = file;
  }

  /// Reads flags from `arguments`, whose first word is the command, and the file that `--config` or
  /// `TRUNKLINE_CONFIG` names, else `trunkline.yaml` of `folder` where there is one.
  static Configuration read(String[] arguments, Map<String, String> environment, Path folder) {
    var flags = flags(arguments);
    var named =
        Optional.ofNullable(flags.getOrDefault("config", environment.get(variable("config"))));
    var file = folder.resolve(named.orElse(FILE));
    if (named.isEmpty() && !Files.exists(file)) {
      return new Configuration(flags, environment, Map.of());
    }
    return new Configuration(flags, environment, file(file));
  }

  private static Map<String, String> flags(String[] arguments) {
    var flags = new HashMap<String, String>();
    for (int i = 1; i < arguments.length; i++) {
      var argument = arguments[i];
      if (!argument.startsWith("--")) {
        throw Refusal.invalid("unexpected argument " + argument + ": see trunkline server --help");
      }
      int equals = argument.indexOf('=');
      var name = argument.substring(2, equals < 0 ? argument.length() : equals);
      if (!NAMES.contains(name)) {
        throw Refusal.invalid("unknown flag --" + name + ": see trunkline server --help");
      }
      if (equals > 0) {
        flags.put(name, argument.substring(equals + 1));
      } else if (SWITCHES.contains(name)) {
        flags.put(name, "true");
      } else if (i + 1 < arguments.length) {
        flags.put(name, arguments[++i]);
      } else {
        throw Refusal.invalid("flag " + argument + " needs a value");
      }
    }
    return flags;
  }

  private static Map<String, String> file(Path file) {
    try (var reader = Files.newBufferedReader(file)) {
      Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
      var values = new HashMap<String, String>();
      if (content == null) {
        return values;
      }
      if (!(content instanceof Map<?, ?> map)) {
        throw Refusal.invalid(file + " is not a list of `name: value` lines");
      }
      for (var entry : map.entrySet()) {
        var name = String.valueOf(entry.getKey());
        if (!NAMES.contains(name) || name.equals("config") || SWITCHES.contains(name)) {
          throw Refusal.invalid(
              "%s: unknown setting %s: it takes data, listen, runner and database"
                  .formatted(file, name));
        }
        values.put(name, String.valueOf(entry.getValue()));
      }
      return values;
    } catch (IOException e) {
      throw Refusal.invalid("could not read the configuration " + file + ": " + e.getMessage());
    } catch (YAMLException e) {
      throw Refusal.invalid(
          file + " is not YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    }
  }

  private static String variable(String name) {
    return "TRUNKLINE_" + name.toUpperCase(Locale.ROOT);
  }

  /// The value called `name`, if it was given anywhere.
  Optional<String> value(String name) {
    return Optional.ofNullable(flags.get(name))
        .or(() -> Optional.ofNullable(environment.get(variable(name))))
        .or(() -> Optional.ofNullable(file.get(name)));
  }

  /// Whether a flag without a value was given on the command line.
  boolean has(String name) {
    return Boolean.parseBoolean(flags.get(name));
  }
}
