package dev.trunkline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Changing a pipeline in an editor. What was typed is not lost when it cannot be taken.
final class PipelineEdit {
  private PipelineEdit() {}

  static void run(Session session, Arguments arguments) throws IOException {
    var name = arguments.word(0);
    var before = PipelineCommands.spec(PipelineCommands.look(session, name));
    var file = Files.createTempFile("pipeline-" + name + "-", ".json");
    boolean done = false;
    try {
      Files.writeString(file, before + "\n");
      open(session, arguments, file);
      if (unchanged(file, before)) {
        session.print("Pipeline unchanged, no update will be performed.");
      } else {
        submit(session, arguments, name, file);
      }
      done = true;
    } finally {
      if (done || unchanged(file, before)) {
        Files.deleteIfExists(file);
      } else {
        session.say(
            "your edit was not taken and is kept in %s: correct it there, then run pachctl update pipeline -f %s"
                .formatted(file, file));
      }
    }
  }

  private static boolean unchanged(Path file, String before) throws IOException {
    return Files.readString(file).strip().equals(before.strip());
  }

  private static void open(Session session, Arguments arguments, Path file) throws IOException {
    var editor =
        arguments.value("editor").orElse(session.environment().getOrDefault("EDITOR", "vim"));
    try {
      int code =
          new ProcessBuilder("sh", "-c", editor + " \"$1\"", "sh", file.toString())
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0) {
        throw new IOException("editor " + editor + " ended with " + code + ": nothing was changed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the editor was open", e);
    }
  }

  private static void submit(Session session, Arguments arguments, String name, Path file)
      throws IOException {
    for (var spec : SpecFile.read(session, file, file.toString())) {
      if (!spec.getAsJsonObject("pipeline").get("name").getAsString().equals(name)) {
        throw new UsageError("may not change pipeline name");
      }
      PipelineSubmission.submit(session, arguments, spec, true);
    }
  }
}
