package dev.trunkline.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The words behind a command: positional ones in order, flags by name.
final class Arguments {
  /// Flags that every command takes.
  static final String GLOBAL =
      """
      help/h           show this help
      project*         the project that names belong to, where they say none
      full-timestamps  show the times of things instead of their age
      verbose/v        accepted, without effect
      no-color         accepted, without effect: nothing is coloured
      no-pager         accepted, without effect: there is no pager
      no-metrics       accepted, without effect: nothing is reported to anybody
      rpc-timeout*     give up a call that takes longer, such as 30s; 0 means never
      """;

  private final List<String> words = new ArrayList<>();
  private final Map<String, List<String>> flags = new HashMap<>();

  private Arguments() {}

  /// Reads `rest` by the flags of a command, as [Flag#all] knows them. Letters may stand together,
  /// as in `-rf`; what follows `--` is no flag.
  static Arguments parse(List<String> rest, String flags) {
    var known = new HashMap<String, Flag>();
    for (var flag : Flag.all(GLOBAL + flags)) {
      known.put("--" + flag.name(), flag);
      if (!flag.letter().isEmpty()) {
        known.put("-" + flag.letter(), flag);
      }
    }
    var out = new Arguments();
    for (int i = 0; i < rest.size(); i++) {
      var word = rest.get(i);
      if (word.equals("--")) {
        out.words.addAll(rest.subList(i + 1, rest.size()));
        break;
      } else if (!word.startsWith("-") || word.equals("-")) {
        out.words.add(word);
      } else if (word.startsWith("--")) {
        i = out.longFlag(known, rest, i);
      } else {
        i = out.letters(known, rest, i);
      }
    }
    return out;
  }

  private int longFlag(Map<String, Flag> known, List<String> rest, int at) {
    var word = rest.get(at);
    int equals = word.indexOf('=');
    var flag = known(known, equals < 0 ? word : word.substring(0, equals));
    if (equals >= 0) {
      add(flag, word.substring(equals + 1));
      return at;
    }
    return flag.valued() ? following(flag, rest, at) : add(flag, "true", at);
  }

  private int letters(Map<String, Flag> known, List<String> rest, int at) {
    var word = rest.get(at);
    for (int i = 1; i < word.length(); i++) {
      var flag = known(known, "-" + word.charAt(i));
      if (flag.valued()) {
        var value = word.substring(i + 1);
        if (value.isEmpty()) {
          return following(flag, rest, at);
        }
        return add(flag, value.startsWith("=") ? value.substring(1) : value, at);
      }
      add(flag, "true");
    }
    return at;
  }

  private static Flag known(Map<String, Flag> known, String name) {
    var flag = known.get(name);
    if (flag == null) {
      throw new UsageError(
          name.startsWith("--") ? "unknown flag: " + name : "unknown shorthand flag: " + name);
    }
    return flag;
  }

  private int following(Flag flag, List<String> rest, int at) {
    if (at + 1 == rest.size()) {
      throw new UsageError("flag needs an argument: --" + flag.name());
    }
    return add(flag, rest.get(at + 1), at + 1);
  }

  private int add(Flag flag, String value, int at) {
    add(flag, value);
    return at;
  }

  private void add(Flag flag, String value) {
    flags.computeIfAbsent(flag.name(), _ -> new ArrayList<>()).add(value);
  }

  int count() {
    return words.size();
  }

  String word(int index) {
    return words.get(index);
  }

  Optional<String> optional(int index) {
    return index < words.size() ? Optional.of(words.get(index)) : Optional.empty();
  }

  boolean has(String flag) {
    return value(flag).filter(v -> !v.equals("false")).isPresent();
  }

  Optional<String> value(String flag) {
    return Optional.ofNullable(flags.get(flag)).map(List::getLast);
  }

  List<String> values(String flag) {
    return flags.getOrDefault(flag, List.of());
  }

  /// The number that a flag was given, 0 where it was not.
  long number(String flag) {
    try {
      return Long.parseLong(value(flag).orElse("0"));
    } catch (NumberFormatException _) {
      throw new UsageError("--" + flag + " wants a number, not " + value(flag).orElse(""));
    }
  }
}
