package dev.trunkline.server;

import dev.trunkline.base.Refusal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a server is to run.
///
/// @param data the folder that holds everything
/// @param host the interface to listen on
/// @param port 0 means any that is free
/// @param runner `auto` or `process`
/// @param database the JDBC address of a PostgreSQL database; absent means SQLite in `data`
/// @param detach whether the server is to run in the background
/// @param agent the program that makes sandboxes
record Settings(
    Path data,
    String host,
    int port,
    String runner,
    Optional<String> database,
    boolean detach,
    Path agent) {
  private static final String LISTEN = "127.0.0.1:30650";
  private static final Set<String> LATER = Set.of("docker", "kubernetes");

  static Settings parse(String[] arguments, Map<String, String> environment, Path agent) {
    var configuration = Configuration.read(arguments, environment, Path.of(""));
    var home = environment.getOrDefault("HOME", ".");
    var fallback = environment.getOrDefault("TRUNKLINE_HOME", home + "/.local/share/trunkline");
    var listen = configuration.value("listen").orElse(LISTEN);
    int colon = listen.lastIndexOf(':');
    return new Settings(
        Path.of(configuration.value("data").orElse(fallback)).toAbsolutePath().normalize(),
        listen.substring(0, Math.max(0, colon)),
        port(listen, colon),
        runner(configuration.value("runner").orElse("auto")),
        configuration.value("database").map(Settings::jdbc),
        configuration.has("detach"),
        agent);
  }

  private static int port(String listen, int colon) {
    try {
      int port = colon > 0 ? Integer.parseInt(listen.substring(colon + 1)) : -1;
      if (port >= 0 && port <= 0xffff) {
        return port;
      }
    } catch (NumberFormatException _) {
      // Told below, as for every other address that is none.
    }
    throw Refusal.invalid("--listen wants HOST:PORT, not " + listen);
  }

  private static String runner(String runner) {
    if (LATER.contains(runner)) {
      throw Refusal.invalid(
          "--runner %s comes with a later version: this one has auto and process"
              .formatted(runner));
    }
    if (!runner.equals("auto") && !runner.equals("process")) {
      throw Refusal.invalid("--runner is auto or process, not " + runner);
    }
    return runner;
  }

  /// `postgres://user:password@host:port/name?option=value` as the driver wants it; an address that
  /// begins with `jdbc:` is left as it is. No message shows the address, which has a password in
  /// it.
  static String jdbc(String address) {
    if (address.startsWith("jdbc:postgresql:")) {
      return address;
    }
    if (!address.startsWith("postgres://") && !address.startsWith("postgresql://")) {
      throw Refusal.invalid(
          "--database wants postgres://USER:PASSWORD@HOST:PORT/NAME; without it, metadata is"
              + " kept in SQLite in the data folder");
    }
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException _) {
      throw Refusal.invalid(
          "--database is not an address: write special characters of user and password as %XX");
    }
    if (uri.getHost() == null || uri.getPath().length() < 2) {
      throw Refusal.invalid("--database lacks the host or the name of the database");
    }
    var out = new StringBuilder("jdbc:postgresql://").append(uri.getHost());
    if (uri.getPort() > 0) {
      out.append(':').append(uri.getPort());
    }
    out.append(uri.getRawPath());
    char separator = '?';
    if (uri.getUserInfo() != null) {
      var user = uri.getUserInfo().split(":", 2);
      out.append("?user=").append(encoded(user[0]));
      if (user.length > 1) {
        out.append("&password=").append(encoded(user[1]));
      }
      separator = '&';
    }
    if (uri.getRawQuery() != null) {
      out.append(separator).append(uri.getRawQuery());
    }
    return out.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
