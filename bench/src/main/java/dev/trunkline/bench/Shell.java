package dev.trunkline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// Runs the programs of others.
final class Shell {
  private Shell() {}

  /// Runs a program to its end; its output without the last line end.
  static String run(Path folder, String... command) {
    return feed(folder, "", command);
  }

  /// Runs a program that reads `input`; one that fails is an error with its output.
  static String feed(Path folder, String input, String... command) {
    try {
      var process =
          new ProcessBuilder(List.of(command))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
      try (var out = process.getOutputStream()) {
        out.write(input.getBytes(UTF_8));
      }
      var output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + " ended with " + code + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
