package dev.trunkline.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The words behind a command: positional ones in order, flags by name.
final class Arguments {
  private final List<String> words = new ArrayList<>();
  private final Map<String, List<String>> flags = new HashMap<>();

  /// Reads `rest` by the flags of a command, such as `file/f*` (takes a value) or `recursive/r`
  /// (does not).
  static Arguments parse(List<String> rest, String spec) {
    var known = new HashMap<String, Flag>();
    for (var part : (spec + " verbose/v no-metrics no-color project* no-pager").split(" ", -1)) {
      var flag = Flag.of(part);
      known.put("--" + flag.name, flag);
      if (!flag.letter.isEmpty()) {
        known.put("-" + flag.letter, flag);
      }
    }
    var out = new Arguments();
    for (int i = 0; i < rest.size(); i++) {
      var word = rest.get(i);
      if (!word.startsWith("-") || word.equals("-")) {
        out.words.add(word);
        continue;
      }
      int equals = word.indexOf('=');
      var name = equals < 0 ? word : word.substring(0, equals);
      var flag = known.get(name);
      if (flag == null) {
        throw new UsageError("unknown flag: " + name);
      }
      String value;
      if (equals >= 0) {
        value = word.substring(equals + 1);
      } else if (flag.valued) {
        if (++i == rest.size()) {
          throw new UsageError("flag needs an argument: " + name);
        }
        value = rest.get(i);
      } else {
        value = "true";
      }
      out.flags.computeIfAbsent(flag.name, _ -> new ArrayList<>()).add(value);
    }
    return out;
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

  private record Flag(String name, String letter, boolean valued) {
    static Flag of(String part) {
      boolean valued = part.endsWith("*");
      var text = valued ? part.substring(0, part.length() - 1) : part;
      int slash = text.indexOf('/');
      return slash < 0
          ? new Flag(text, "", valued)
          : new Flag(text.substring(0, slash), text.substring(slash + 1), valued);
    }
  }
}
