package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Clock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Runs commands as a person would type them, at a fixed time.
final class Shell {
  private static final Clock FIXED =
      new Clock() {
        @Override
        public Instant now() {
          return CannedServer.NOW;
        }

        @Override
        public long nanos() {
          return 0;
        }
      };

  private final Map<String, String> environment;

  Shell(Map<String, String> environment) {
    this.environment = environment;
  }

  /// Runs one line; words are separated by blanks.
  Outcome run(String line) {
    return run("", List.of(line.split(" ", -1)));
  }

  Outcome run(String input, List<String> words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var streams =
        new Streams(
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false);
    int code = new Cli("pachctl", environment, streams, FIXED).run(words);
    return new Outcome(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  record Outcome(int code, String out, String err) {}
}
