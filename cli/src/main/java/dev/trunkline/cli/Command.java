package dev.trunkline.cli;

/// A command: its spelling, its flags, how many words it wants, and what it does.
///
/// @param name with hyphens in the spelling of 1.7, with blanks in that of 2.12
/// @param flags a line each, as [Flag#all] reads them
/// @param usage the words it wants, for its help
record Command(String name, String flags, int least, int most, String usage, Action action) {
  /// More words than anybody types.
  static final int MANY = 10_000;

  /// Whether this is a spelling of 1.7, which has columns and defaults of its own.
  boolean isOld() {
    return name.contains("-") && !name.contains(" ") && !name.equals("port-forward");
  }

  /// What a command does.
  interface Action {
    /// Runs the command.
    void run(Session session, Arguments arguments) throws java.io.IOException;
  }
}
