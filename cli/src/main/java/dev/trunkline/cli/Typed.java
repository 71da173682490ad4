package dev.trunkline.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What was typed, with the flags that every command takes set apart: they may stand anywhere, also
/// before the command and between its words.
///
/// @param flags such flags and their values, up to the first flag of another kind
/// @param words the command, and all else
record Typed(List<String> flags, List<String> words) {
  private static final List<Flag> GLOBAL = Flag.all(Arguments.GLOBAL);

  static Typed of(List<String> all) {
    var flags = new ArrayList<String>();
    var words = new ArrayList<String>();
    for (int i = 0; i < all.size(); i++) {
      var word = all.get(i);
      var flag = global(word);
      if (flag.isPresent()) {
        flags.add(word);
        if (flag.get().valued() && !word.contains("=") && i + 1 < all.size()) {
          i++;
          flags.add(all.get(i));
        }
      } else if (word.startsWith("-")) {
        // Whether a value follows is for the command to say, and it might look like one of ours.
        words.addAll(all.subList(i, all.size()));
        break;
      } else {
        words.add(word);
      }
    }
    return new Typed(List.copyOf(flags), List.copyOf(words));
  }

  private static Optional<Flag> global(String word) {
    return GLOBAL.stream()
        .filter(flag ->
            word.equals("--" + flag.name())
                || word.startsWith("--" + flag.name() + "=")
                || (!flag.letter().isEmpty() && word.equals("-" + flag.letter())))
        .findFirst();
  }

  boolean asksForHelp() {
    return flags.stream().anyMatch(List.of("-h", "--help")::contains);
  }

  /// All that stands behind the `length` words of a command, as if the flags had stood there too.
  List<String> behind(int length) {
    return Stream.concat(flags.stream(), words.stream().skip(length)).toList();
  }
}
