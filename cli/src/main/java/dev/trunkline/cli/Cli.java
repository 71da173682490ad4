package dev.trunkline.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Finds the command that was called, runs it, and turns what went wrong into one line and an exit
/// code.
public final class Cli {
  private final String program;
  private final Map<String, String> environment;
  private final Streams streams;
  private final Map<String, Command> commands = new TreeMap<>();

  Cli(String program, Map<String, String> environment, Streams streams) {
    this.program = program;
    this.environment = new HashMap<>(environment);
    this.streams = streams;
    for (var group :
        List.of(
            RepoCommands.all(),
            CommitCommands.all(),
            FileCommands.all(),
            PipelineCommands.all(),
            JobCommands.all(),
            OtherCommands.all())) {
      group.forEach(command -> commands.put(command.name(), command));
    }
  }

  int run(List<String> words) {
    if (words.isEmpty() || List.of("help", "-h", "--help").contains(words.getFirst())) {
      help();
      return 0;
    }
    int length = words.size() > 1 && find(words.get(0) + " " + words.get(1)).isPresent() ? 2 : 1;
    var name = String.join(" ", words.subList(0, Math.min(length, words.size())));
    var command = find(name);
    if (command.isEmpty()) {
      streams.err().println("unknown command \"" + name + "\": see " + program + " help");
      return 2;
    }
    return run(command.get(), words.subList(length, words.size()));
  }

  /// Nouns may stand in the plural.
  private Optional<Command> find(String name) {
    var singular = name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
    return Optional.ofNullable(commands.get(name))
        .or(() -> Optional.ofNullable(commands.get(singular)))
        .or(() -> Optional.ofNullable(commands.get(singular.replaceFirst("branche$", "branch"))));
  }

  private int run(Command command, List<String> rest) {
    if (rest.contains("--help") || rest.contains("-h")) {
      streams.out().println("Usage: " + program + " " + command.name() + " " + command.usage());
      return 0;
    }
    try {
      var arguments = Arguments.parse(rest, command.flags());
      checkCount(command, arguments.count());
      try (var session = new Session(streams, environment, arguments.value("project"))) {
        command.action().run(session, arguments);
      }
      return 0;
    } catch (UsageError e) {
      streams.err().println(e.getMessage());
      streams.err().println("Usage: " + program + " " + command.name() + " " + command.usage());
      return 2;
    } catch (StatusRuntimeException e) {
      return failed(e);
    } catch (Ended e) {
      streams.err().println(e.getMessage());
      return 7;
    } catch (IOException e) {
      streams.err().println(e.getMessage());
      return 1;
    }
  }

  private static void checkCount(Command command, int count) {
    if (count >= command.least() && count <= command.most()) {
      return;
    }
    var wanted =
        command.least() == command.most()
            ? command.least() + " argument" + (command.least() == 1 ? "" : "s")
            : command.least() + " to " + command.most() + " arguments";
    throw new UsageError("expected " + wanted + ", got " + count);
  }

  private int failed(StatusRuntimeException e) {
    var status = e.getStatus();
    boolean unreachable =
        status.getCode() == Status.Code.UNAVAILABLE && status.getCause() instanceof IOException;
    if (unreachable) {
      streams
          .err()
          .println(
              "no server answers at "
                  + Address.find(environment)
                  + ": start one with \"trunkline server\", or set PACHD_ADDRESS");
      return 6;
    }
    streams.err().println(String.valueOf(status.getDescription()));
    return switch (status.getCode()) {
      case NOT_FOUND -> 3;
      case ALREADY_EXISTS, ABORTED -> 4;
      case PERMISSION_DENIED, UNAUTHENTICATED -> 5;
      case UNAVAILABLE, DEADLINE_EXCEEDED -> 6;
      default -> 1;
    };
  }

  private void help() {
    streams.out().println("Usage: " + program + " COMMAND [ARGUMENTS]");
    streams.out().println();
    streams.out().println("  server [--data DIR] [--listen HOST:PORT] [--runner auto|process]");
    commands.values().stream()
        .filter(command -> !command.isOld())
        .forEach(command -> streams.out().println("  " + command.name() + " " + command.usage()));
    streams.out().println();
    streams.out().println("The spellings of 1.7 (create-repo, put-file, ...) work too.");
  }
}
