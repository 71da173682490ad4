package dev.trunkline.runners;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Failure;
import dev.trunkline.datum.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Control groups of Linux, version 2, that hold workers to their limits; made below the group of
/// this process, where that is delegated to it.
public final class Cgroups {
  private static final Path MOUNTED = Path.of("/sys/fs/cgroup");
  private static final Path OWN = Path.of("/proc/self/cgroup");
  private static final int PERIOD_MICROS = 100_000;
  private static final int QUOTA_MICROS_MIN = 1_000;

  private final Path home;

  private Cgroups(Path home) {
    this.home = home;
  }

  /// The groups that this process may make; empty where the system lets it make none.
  public static Optional<Cgroups> own() {
    return below(MOUNTED, OWN, ProcessHandle.current().pid());
  }

  /// The groups that the process `pid` may make, of which the file `own` says in which group it is.
  ///
  /// A group with groups below it may hold no process itself: this one moves to a group of its own.
  /// It moves nobody else, so that it must be alone, as a service or in a container it is.
  static Optional<Cgroups> below(Path mounted, Path own, long pid) {
    try {
      var line = Files.readAllLines(own).stream().filter(l -> l.startsWith("0::/")).findFirst();
      var home = mounted.resolve(line.orElse("0::/").substring("0::/".length()));
      var controllers = List.of(read(home, "cgroup.controllers").split(" ", -1));
      boolean alone = read(home, "cgroup.procs").equals(String.valueOf(pid));
      if (line.isEmpty() || !alone || !controllers.containsAll(List.of("cpu", "memory"))) {
        return Optional.empty();
      }
      var server = Files.createDirectories(home.resolve("server"));
      Files.writeString(server.resolve("cgroup.procs"), String.valueOf(pid));
      Files.writeString(home.resolve("cgroup.subtree_control"), "+cpu +memory");
      return Optional.of(new Cgroups(home));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static String read(Path folder, String file) throws IOException {
    return Files.readString(folder.resolve(file), UTF_8).strip();
  }

  /// A new group called `name`, whose processes together keep to `limits`.
  Group make(String name, Limits limits) {
    var folder = home.resolve(name);
    try {
      Files.createDirectory(folder);
      if (limits.memoryBytes() > 0) {
        Files.writeString(folder.resolve("memory.max"), String.valueOf(limits.memoryBytes()));
        Files.writeString(folder.resolve("memory.swap.max"), "0");
      }
      if (limits.cpus() > 0) {
        long quota = Math.max(QUOTA_MICROS_MIN, (long) (limits.cpus() * PERIOD_MICROS));
        Files.writeString(folder.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
      }
      return new Group(folder);
    } catch (IOException e) {
      throw new Failure(
          Failure.Kind.DENIED,
          "could not limit a worker by the control group %s (%s): remove resource_limits from the spec, or give the server a group of its own (Delegate=yes in its systemd unit)"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  /// A group that holds one worker.
  static final class Group {
    private final Path folder;
    private long seen;

    private Group(Path folder) {
      this.folder = folder;
    }

    /// The command that starts `command` inside of the group.
    List<String> around(List<String> command) {
      var enter = "echo $$ > \"$0\" && exec \"$@\"";
      var words = new java.util.ArrayList<>(List.of("sh", "-c", enter));
      words.add(folder.resolve("cgroup.procs").toString());
      words.addAll(command);
      return words;
    }

    /// Whether the system has killed a process of the group, for want of memory, since the last
    /// call.
    synchronized boolean starved() {
      long kills = kills();
      boolean more = kills > seen;
      seen = kills;
      return more;
    }

    private long kills() {
      try {
        return Files.readAllLines(folder.resolve("memory.events")).stream()
            .filter(line -> line.startsWith("oom_kill "))
            .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
            .sum();
      } catch (IOException _) {
        return 0;
      }
    }

    /// Removes the group, in which nobody is left.
    void remove() throws IOException {
      Files.deleteIfExists(folder);
    }
  }
}
