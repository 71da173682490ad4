package dev.trunkline.cli;

import dev.trunkline.base.Clock;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the command that was called, runs it, and turns what went wrong into one line and an exit
/// code.
final class Cli {
  /// The words of the longest name of a command.
  static final int WORDS_MAX = 3;

  private final String program;
  private final Map<String, String> environment;
  private final Streams streams;
  private final Clock clock;
  private final Help help;
  private final Map<String, Command> commands = new TreeMap<>();

  Cli(String program, Map<String, String> environment, Streams streams, Clock clock) {
    this.program = program;
    this.environment = Map.copyOf(environment);
    this.streams = streams;
    this.clock = clock;
    this.help = new Help(program, streams);
    all().forEach(command -> commands.put(command.name(), command));
  }

  /// Every command, in both spellings.
  static Stream<Command> all() {
    return Stream.of(
            RepoCommands.all(),
            BranchCommands.all(),
            ProjectCommands.all(),
            CommitCommands.all(),
            CommitSetCommands.all(),
            FileCommands.all(),
            FileListing.all(),
            PipelineCommands.all(),
            PipelineSubmission.all(),
            JobCommands.all(),
            JobListing.all(),
            DatumCommands.all(),
            LogCommands.all(),
            ConfigCommands.all(),
            LocalCommands.all(),
            OtherCommands.all())
        .flatMap(List::stream);
  }

  int run(List<String> all) {
    var typed = Typed.of(all);
    var words = typed.words();
    if (words.isEmpty()) {
      help.overview("", commands.values());
      return 0;
    }
    if (words.getFirst().equals("help")) {
      return help(words.subList(1, words.size()));
    }
    for (int length = Math.min(WORDS_MAX, words.size()); length > 0; length--) {
      var command = find(String.join(" ", words.subList(0, length)));
      if (command.isPresent()) {
        return run(command.get(), typed.behind(length));
      }
    }
    boolean group = commands.keySet().stream().anyMatch(c -> c.startsWith(words.getFirst() + " "));
    if (group && typed.asksForHelp()) {
      help.overview(words.getFirst() + " ", commands.values());
      return 0;
    }
    return unknown(words);
  }

  private int unknown(List<String> words) {
    var first = words.getFirst();
    var plain = words.stream().takeWhile(word -> !word.startsWith("-")).limit(2).toList();
    var name = String.join(" ", plain);
    if (first.startsWith("-")) {
      complain(
          "flag %s stands before the command, where only flags of every command may: see %s help"
              .formatted(first, program));
    } else {
      var unknown = "unknown command \"" + name + "\": see " + program + " help";
      complain(LaterCommands.answer(words).orElse(unknown));
    }
    return 2;
  }

  private int help(List<String> words) {
    var name = String.join(" ", words);
    var command = find(name);
    if (command.isPresent()) {
      help.of(command.get());
      return 0;
    }
    if (!name.isEmpty() && commands.keySet().stream().noneMatch(c -> c.startsWith(name + " "))) {
      return unknown(words);
    }
    help.overview(name.isEmpty() ? "" : name + " ", commands.values());
    return 0;
  }

  /// Nouns may stand in the plural.
  private Optional<Command> find(String name) {
    var singular = name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
    return Optional.ofNullable(commands.get(name))
        .or(() -> Optional.ofNullable(commands.get(singular)))
        .or(() -> Optional.ofNullable(commands.get(singular.replaceFirst("branche$", "branch"))));
  }

  private int run(Command command, List<String> rest) {
    try {
      var arguments = Arguments.parse(rest, command.flags());
      if (arguments.has("help")) {
        help.of(command);
        return 0;
      }
      checkCount(command, arguments.count());
      command.action().run(new Session(streams, environment, arguments, clock), arguments);
      return 0;
    } catch (UsageError e) {
      complain(e.getMessage() + "\nUsage: " + help.line(command));
      return 2;
    } catch (StatusRuntimeException e) {
      return failed(e);
    } catch (Ended e) {
      complain(e.getMessage());
      return 7;
    } catch (IOException e) {
      complain(LocalFault.words(e));
      return 1;
    }
  }

  /// One stream after the other, so that a complaint comes behind what was printed before.
  private void complain(@Nullable String text) {
    streams.out().flush();
    streams.err().println(text);
  }

  private static void checkCount(Command command, int count) {
    if (count >= command.least() && count <= command.most()) {
      return;
    }
    var least = command.least() + " argument" + (command.least() == 1 ? "" : "s");
    var wanted =
        command.least() == command.most()
            ? least
            : command.most() == Command.MANY
                ? "at least " + least
                : command.least() + " to " + command.most() + " arguments";
    throw new UsageError("expected " + wanted + ", got " + count);
  }

  private int failed(StatusRuntimeException e) {
    var status = e.getStatus();
    boolean unreachable =
        status.getCode() == Status.Code.UNAVAILABLE && status.getCause() instanceof IOException;
    if (unreachable) {
      complain(
          "no server answers at "
              + Address.find(environment)
              + ": start one with \"trunkline server\", or set PACHD_ADDRESS");
      return 6;
    }
    complain(cure(status.getDescription()));
    return switch (status.getCode()) {
      case NOT_FOUND -> 3;
      case ALREADY_EXISTS, ABORTED -> 4;
      case PERMISSION_DENIED, UNAUTHENTICATED -> 5;
      case UNAVAILABLE, DEADLINE_EXCEEDED -> 6;
      default -> 1;
    };
  }

  /// What the server says to clients in general, in words for the command line.
  private static @Nullable String cure(@Nullable String text) {
    return text != null && text.endsWith("Use GetFileTAR instead")
        ? text.replace(
            "Use GetFileTAR instead", "Use -r -o DIR to fetch a directory or several files")
        : text;
  }
}
