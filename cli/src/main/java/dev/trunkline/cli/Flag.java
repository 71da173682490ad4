package dev.trunkline.cli;

import java.util.List;

/// A flag of a command.
///
/// @param name what stands behind `--`
/// @param letter what stands behind `-`; may be empty
/// @param valued whether a value follows
/// @param words what the flag does, in one line
record Flag(String name, String letter, boolean valued, String words) {
  /// The flags that a text declares, one a line: `file/f*` (takes a value) or `recursive/r` (does
  /// not), and behind that what the flag does.
  static List<Flag> all(String text) {
    return text.lines().map(Flag::of).toList();
  }

  private static Flag of(String line) {
    var parts = line.split(" +", 2);
    boolean valued = parts[0].endsWith("*");
    var names = (valued ? parts[0].substring(0, parts[0].length() - 1) : parts[0]).split("/", 2);
    return new Flag(
        names[0], names.length < 2 ? "" : names[1], valued, parts.length < 2 ? "" : parts[1]);
  }

  /// How help shows flags: a line each, the words below each other.
  static List<String> describe(List<Flag> flags) {
    int width = flags.stream().mapToInt(flag -> flag.spelling().length()).max().orElse(0);
    return flags.stream()
        .map(
            flag -> flag.spelling() + " ".repeat(width - flag.spelling().length() + 2) + flag.words)
        .toList();
  }

  private String spelling() {
    return (letter.isEmpty() ? "      " : "  -" + letter + ", ")
        + "--"
        + name
        + (valued ? " VALUE" : "");
  }
}
