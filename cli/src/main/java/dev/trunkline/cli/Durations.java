package dev.trunkline.cli;

import java.util.regex.Pattern;

/// Durations as people write them, such as `1h30m` or `5m`.
final class Durations {
  private static final Pattern FORM =
      Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+(?:\\.\\d+)?)s)?");

  private Durations() {}

  /// Whether a text is a duration.
  static boolean matches(String text) {
    return !text.isEmpty() && FORM.matcher(text).matches();
  }

  /// The JSON of protobuf for it: seconds alone, as in `300s`.
  static String proto(String text) {
    var match = FORM.matcher(text);
    if (text.isEmpty() || !match.matches()) {
      throw new UsageError("expected a duration such as 5m or 300s, not \"" + text + "\"");
    }
    if (match.group(1) == null && match.group(2) == null) {
      return text;
    }
    var seconds =
        new java.math.BigDecimal(match.group(3) == null ? "0" : match.group(3))
            .add(new java.math.BigDecimal(number(match.group(2)) * 60))
            .add(new java.math.BigDecimal(number(match.group(1)) * 3600));
    return seconds.stripTrailingZeros().toPlainString() + "s";
  }

  static long seconds(String text) {
    return of(text).toSeconds();
  }

  static java.time.Duration of(String text) {
    var proto = proto(text);
    var seconds = new java.math.BigDecimal(proto.substring(0, proto.length() - 1));
    return java.time.Duration.ofNanos(seconds.movePointRight(9).longValue());
  }

  private static long number(String group) {
    return group == null ? 0 : Long.parseLong(group);
  }
}
