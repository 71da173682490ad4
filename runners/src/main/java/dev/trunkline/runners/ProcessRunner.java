package dev.trunkline.runners;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Ids;
import dev.trunkline.base.Pool;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.Agent;
import dev.trunkline.datum.Program;
import dev.trunkline.datum.Worker;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// Workers as sandboxes of this machine, each made once by an agent.
///
/// Agents are started from one thread that never ends: the death of the thread that starts a
/// process may be taken for that of its parent.
public final class ProcessRunner implements Workers, AutoCloseable {
  private static final List<String> HOST_IMAGES = List.of("", "ubuntu:20.04");

  private final Path agent;
  private final Path scratch;
  private final boolean everything;
  private final Trees trees;
  private final Clock clock;
  private final Pool spawner = Pool.of("spawner", 1);

  /// Runs the program `agent` with folders below `scratch`, which is emptied first; `everything`
  /// means that pipelines with an image of their own run here too.
  public ProcessRunner(Path agent, Path scratch, boolean everything, Trees trees, Clock clock) {
    this.agent = agent;
    this.scratch = scratch;
    this.everything = everything;
    this.trees = trees;
    this.clock = clock;
    try {
      delete(scratch);
      Files.createDirectories(scratch);
    } catch (IOException e) {
      throw new Failure(Failure.Kind.UNAVAILABLE, "could not empty " + scratch, e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public Worker start(PipelineName pipeline, Program program) {
    var workingDirectory = program.workingDirectory();
    if (!workingDirectory.isEmpty() && !Files.isDirectory(Path.of(workingDirectory))) {
      throw new Failure(
          Failure.Kind.DENIED,
          "transform.working_dir %s does not exist on this machine: make it, or update the pipeline"
              .formatted(workingDirectory));
    }
    var pfs = scratch.resolve(pipeline.project() + "-" + pipeline.name() + "-" + Ids.random());
    try {
      Files.createDirectories(pfs);
      var process = spawner.call(() -> spawn(pfs, workingDirectory));
      return new Worker(new Agent(process), pfs, trees, clock);
    } catch (IOException e) {
      throw new Failure(
          Failure.Kind.DENIED, "could not start a worker in " + pfs + ": " + e.getMessage(), e);
    }
  }

  private Process spawn(Path pfs, String workingDirectory) throws IOException {
    return new ProcessBuilder(agent.toString(), pfs.toString(), workingDirectory).start();
  }

  @Override
  public String objection(String image) {
    if (everything || HOST_IMAGES.contains(image)) {
      return "";
    }
    return "image %s needs Docker, which this version cannot use yet: start the server with --runner process, which runs the program on this machine, or remove transform.image from the spec and update the pipeline (containers come with a later version and a running Docker)"
        .formatted(image);
  }

  @Override
  public int slots() {
    return Math.max(2, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public void close() {
    spawner.close();
  }
}
