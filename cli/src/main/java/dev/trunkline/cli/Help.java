package dev.trunkline.cli;

import java.util.Collection;

/// What there is to call, and with which flags.
final class Help {
  private final String program;
  private final Streams streams;

  Help(String program, Streams streams) {
    this.program = program;
    this.streams = streams;
  }

  /// How a command is called.
  String line(Command command) {
    return (program + " " + command.name() + " " + command.usage()).stripTrailing();
  }

  /// Everything about one command.
  void of(Command command) {
    print("Usage: " + line(command));
    print(CommandWords.of(command));
    var flags = Flag.all(command.flags());
    if (!flags.isEmpty()) {
      print("");
      print("Flags:");
      Flag.describe(flags).forEach(this::print);
    }
    print("");
    print("Flags of every command:");
    Flag.describe(Flag.all(Arguments.GLOBAL)).forEach(this::print);
  }

  /// The commands, or those whose name begins with `prefix`, a line each.
  void overview(String prefix, Collection<Command> commands) {
    print("Usage: " + program + " COMMAND [ARGUMENTS]");
    print("");
    if (prefix.isEmpty()) {
      print(
          "  server [--data DIR] [--listen HOST:PORT] [--runner auto|process]"
              + " [--database URL] [--config FILE] [--detach]");
    }
    var shown =
        commands.stream()
            .filter(command -> !command.isOld() && command.name().startsWith(prefix))
            .toList();
    int width = shown.stream().mapToInt(command -> command.name().length()).max().orElse(0);
    for (var command : shown) {
      var blanks = " ".repeat(width - command.name().length() + 2);
      print("  " + command.name() + blanks + CommandWords.of(command));
    }
    print("");
    print(program + " help COMMAND shows the arguments and flags of a command.");
    print("The spellings of 1.7 (create-repo, put-file, ...) work too.");
  }

  private void print(String line) {
    streams.out().println(line);
  }
}
