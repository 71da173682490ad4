package dev.trunkline.runners;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Ids;
import dev.trunkline.base.Pool;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.Agent;
import dev.trunkline.datum.Limits;
import dev.trunkline.datum.Program;
import dev.trunkline.datum.Sandbox;
import dev.trunkline.datum.Worker;
import dev.trunkline.pipelines.Runner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Workers as sandboxes of this machine, each made once by an agent.
///
/// Agents are started from one thread that never ends: the death of the thread that starts a
/// process may be taken for that of its parent.
public final class ProcessRunner implements Runner, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessRunner.class);
  private static final List<String> HOST_IMAGES = List.of("", "ubuntu:20.04");

  private final Path agent;
  private final Path scratch;
  private final boolean everything;
  private final Trees trees;
  private final List<Path> hidden;
  private final String forbidden;
  private final Pool spawner = Pool.of("spawner", 1);
  private Optional<Cgroups> groups = Optional.empty();
  private Map<String, String> surroundings = Map.of();

  /// Runs the program `agent` with folders below `scratch`, which is emptied first, and tries once
  /// whether this system lets it. `everything` means that pipelines with an image of their own run
  /// here too; programs cannot see into the folders `hidden`.
  public ProcessRunner(
      Path agent, Path scratch, boolean everything, Trees trees, List<Path> hidden) {
    this.agent = agent;
    this.scratch = scratch;
    this.everything = everything;
    this.trees = trees;
    this.hidden = List.copyOf(hidden);
    try {
      delete(scratch);
      Files.createDirectories(scratch);
    } catch (IOException e) {
      throw new Failure(Failure.Kind.UNAVAILABLE, "could not empty " + scratch, e);
    }
    forbidden = trial();
  }

  /// Holds workers that are started from now on to the limits of their programs, by `means`;
  /// otherwise user code is merely the first to be killed when the machine's memory ends.
  public void limit(Cgroups means) {
    groups = Optional.of(means);
  }

  /// Gives the programs of workers that are started from now on these variables beside their own.
  public void surround(Map<String, String> variables) {
    surroundings = Map.copyOf(variables);
  }

  private String trial() {
    try (var worker = start("trial", "", "", Optional.empty())) {
      LOG.debug("{} works", worker);
      return "";
    } catch (Failure e) {
      LOG.warn("pipelines cannot run: {}", e.getMessage());
      return String.valueOf(e.getMessage());
    }
  }

  /// Programs may leave trees that are deeper than a path is long, and folders that nobody may
  /// enter; the system's own tool copes with both.
  private void delete(Path folder) throws IOException {
    if (Files.exists(folder) && !command("rm", "-rf", "--", folder.toString())) {
      command("chmod", "-R", "u+rwx", "--", folder.toString());
      if (!command("rm", "-rf", "--", folder.toString())) {
        throw new IOException("rm -rf " + folder + " did not succeed");
      }
    }
  }

  private boolean command(String... words) {
    return spawner.call(() -> {
      var process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      return process.waitFor() == 0;
    });
  }

  @Override
  public Worker start(String name, Program program) {
    var work = program.workingDirectory();
    if (!work.isEmpty() && !Files.isDirectory(Path.of(work))) {
      throw new Failure(
          Failure.Kind.DENIED,
          "transform.working_dir %s does not exist on this machine: make it, or update the pipeline"
              .formatted(work));
    }
    return start(name, work, program.user(), group(name, program.limits()));
  }

  private Optional<Cgroups.Group> group(String name, Limits limits) {
    if (limits.any() && groups.isEmpty()) {
      LOG.info("{} runs without its resource_limits: no control group is delegated to us", name);
    }
    return groups.filter(_ -> limits.any()).map(g -> g.make(name + "-" + Ids.random(), limits));
  }

  private Worker start(
      String name, String workingDirectory, String user, Optional<Cgroups.Group> group) {
    var folder = scratch.resolve(name + "-" + Ids.random());
    var box = new Box(folder, workingDirectory, identity(workingDirectory), group);
    try {
      var pfs = Files.createDirectories(folder.resolve("pfs"));
      var tmp = Files.createDirectories(folder.resolve("tmp"));
      var words = new ArrayList<String>();
      words.addAll(
          List.of(agent.toString(), pfs.toString(), tmp.toString(), workingDirectory, user));
      hidden.forEach(h -> words.add(h.toString()));
      var process = spawner.call(() -> spawn(group.map(g -> g.around(words)).orElse(words)));
      return new Worker(new Agent(process), name, trees, box, surroundings);
    } catch (IOException e) {
      throw new Failure(
          Failure.Kind.DENIED, "could not start a worker in " + folder + ": " + e.getMessage(), e);
    } catch (Failure e) {
      box.discard();
      throw e;
    }
  }

  /// What tells a folder from another one that has taken its place: sandboxes keep the first.
  private static Optional<Object> identity(String workingDirectory) {
    if (workingDirectory.isEmpty()) {
      return Optional.empty();
    }
    try {
      var at = Path.of(workingDirectory);
      return Optional.ofNullable(Files.readAttributes(at, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Process spawn(List<String> words) {
    var builder = new ProcessBuilder(words);
    builder.environment().clear();
    try {
      return builder.start();
    } catch (IOException e) {
      throw new Failure(
          Failure.Kind.DENIED,
          "the agent could not be started (%s): install Trunkline again, or build it with ./dev build"
              .formatted(e.getMessage()),
          e);
    }
  }

  @Override
  public String objection(String image) {
    if (everything || HOST_IMAGES.contains(image)) {
      return forbidden;
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

  /// The folders and the group of one worker.
  private final class Box implements Sandbox {
    private final Path folder;
    private final String workingDirectory;
    private final Optional<Object> work;
    private final Optional<Cgroups.Group> group;

    Box(
        Path folder,
        String workingDirectory,
        Optional<Object> work,
        Optional<Cgroups.Group> group) {
      this.folder = folder;
      this.workingDirectory = workingDirectory;
      this.work = work;
      this.group = group;
    }

    @Override
    public boolean isSound() {
      return work.equals(identity(workingDirectory));
    }

    @Override
    public String blame() {
      return group.filter(Cgroups.Group::starved).isPresent()
          ? "the system ended a process of it that needed more memory than resource_limits.memory allows: raise that and update the pipeline"
          : "";
    }

    @Override
    public void discard() {
      try {
        delete(folder);
        if (group.isPresent()) {
          group.get().remove();
        }
      } catch (IOException e) {
        LOG.warn("{} stays until the server is started again: {}", folder, e.getMessage());
      }
    }
  }
}
