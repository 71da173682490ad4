package dev.trunkline.server;

import dev.trunkline.base.Refusal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// How a server is to run; a flag goes before the environment, that before the default.
///
/// @param data the folder that holds everything
/// @param host the interface to listen on
/// @param port 0 means any that is free
/// @param runner `auto` or `process`
/// @param agent the program that makes sandboxes
record Settings(Path data, String host, int port, String runner, Path agent) {
  private static final String LISTEN = "127.0.0.1:30650";

  static Settings parse(String[] arguments, Map<String, String> environment, Path agent) {
    var flags = new HashMap<String, String>();
    for (int i = 1; i < arguments.length; i++) {
      var argument = arguments[i];
      int equals = argument.indexOf('=');
      if (!argument.startsWith("--")) {
        throw Refusal.invalid("unexpected argument " + argument + ": see trunkline help server");
      }
      if (equals > 0) {
        flags.put(argument.substring(2, equals), argument.substring(equals + 1));
      } else if (i + 1 < arguments.length) {
        flags.put(argument.substring(2), arguments[++i]);
      } else {
        throw Refusal.invalid("flag " + argument + " needs a value");
      }
    }
    var home = environment.getOrDefault("HOME", ".");
    var fallback = environment.getOrDefault("TRUNKLINE_HOME", home + "/.local/share/trunkline");
    var data = take(flags, environment, "data", fallback);
    var listen = take(flags, environment, "listen", LISTEN);
    var runner = take(flags, environment, "runner", "auto");
    if (!flags.isEmpty()) {
      throw Refusal.invalid("unknown flag --" + flags.keySet().iterator().next());
    }
    if (!runner.equals("auto") && !runner.equals("process")) {
      throw Refusal.invalid("--runner is auto or process in this version, not " + runner);
    }
    int colon = listen.lastIndexOf(':');
    try {
      int port = Integer.parseInt(listen.substring(colon + 1));
      return new Settings(
          Path.of(data).toAbsolutePath().normalize(),
          listen.substring(0, colon),
          port,
          runner,
          agent);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw Refusal.invalid("--listen wants HOST:PORT, not " + listen);
    }
  }

  private static String take(
      Map<String, String> flags, Map<String, String> environment, String name, String fallback) {
    var flag = flags.remove(name);
    var variable = "TRUNKLINE_" + name.toUpperCase(java.util.Locale.ROOT);
    return flag != null ? flag : environment.getOrDefault(variable, fallback);
  }
}
