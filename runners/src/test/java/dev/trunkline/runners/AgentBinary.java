package dev.trunkline.runners;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The agent, compiled as the build does it.
final class AgentBinary {
  private AgentBinary() {}

  /// Compiles the agent to `target`, with `flags` beside those that forbid warnings.
  static Path compile(Path target, String... flags) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("cc", "-Wall", "-Wextra", "-Werror"));
    words.addAll(List.of(flags));
    words.addAll(List.of("-o", target.toString()));
    for (var source : List.of("agent.c", "sandbox.c", "tree.c")) {
      words.add("../agent/" + source);
    }
    if (new ProcessBuilder(words).inheritIO().start().waitFor() != 0) {
      throw new IOException("the agent does not compile");
    }
    return target;
  }
}
