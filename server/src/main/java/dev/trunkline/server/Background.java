package dev.trunkline.server;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Starts a server that goes on when this process ends, and waits until it answers.
final class Background {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int ANSWER_MILLIS = 2000;
  private static final Pattern HOLDER = Pattern.compile("pid (\\d+) at (\\S+)");

  private final Path data;
  private final Clock clock;

  Background(Path data, Clock clock) {
    this.data = data;
    this.clock = clock;
  }

  /// Runs `command` in a session of its own and returns the address it serves, as `HOST:PORT`.
  ///
  /// What it prints goes to `logs/server.log` of the data folder; the last line of that is the
  /// reason where it does not come up.
  String start(List<String> command) throws InterruptedException {
    DataFolder.at(data);
    var log = data.resolve("logs").resolve("server.log");
    try {
      Files.createDirectories(data.resolve("logs"));
      var child = spawn(command, log);
      var deadline = clock.now().plus(PATIENCE);
      while (clock.now().isBefore(deadline)) {
        var address = address(child.pid());
        if (!address.isEmpty() && answers(address)) {
          return address;
        }
        if (child.waitFor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new Failure(Failure.Kind.UNAVAILABLE, reason(log));
        }
      }
      child.destroy();
      throw new Failure(
          Failure.Kind.TIMEOUT, "the server did not answer within a minute: see " + log);
    } catch (IOException e) {
      throw new Failure(Failure.Kind.UNAVAILABLE, "could not start a server: " + e, e);
    }
  }

  /// A session of its own keeps the server from the signals of this terminal.
  private static Process spawn(List<String> command, Path log) throws IOException {
    var words = new ArrayList<String>();
    var setsid = Path.of("/usr/bin/setsid");
    if (Files.isExecutable(setsid)) {
      words.add(setsid.toString());
    }
    words.addAll(command);
    return new ProcessBuilder(words)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /// What the lock says, once `pid` holds it and listens; empty until then.
  private String address(long pid) throws IOException {
    var lock = data.resolve("lock");
    var holder = HOLDER.matcher(Files.exists(lock) ? Files.readString(lock) : "");
    return holder.find() && Long.parseLong(holder.group(1)) == pid ? holder.group(2) : "";
  }

  private static boolean answers(String address) {
    try {
      var url = URI.create("http://" + address + "/healthz").toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setConnectTimeout(ANSWER_MILLIS);
      connection.setReadTimeout(ANSWER_MILLIS);
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException _) {
      return false;
    }
  }

  private static String reason(Path log) throws IOException {
    var lines = Files.readAllLines(log);
    return lines.isEmpty()
        ? "the server ended without a word: see " + log
        : lines.getLast().replaceFirst("^trunkline: ", "");
  }
}
