package dev.trunkline.cli;

import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;

/// Sizes and durations in the words that both eras use.
final class Human {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private Human() {}

  /// Four significant digits, base 1024, the unit glued: `4.492KiB`.
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return new BigDecimal(value).round(FOUR_DIGITS).stripTrailingZeros().toPlainString()
        + UNITS[unit];
  }

  /// The words of 1.7, which calls 46 minutes an hour, or those of 2.12.
  static String duration(Duration duration, boolean old) {
    long seconds = duration.toSeconds();
    long minutes = seconds / 60;
    long hours = minutes / 60;
    long days = hours / 24;
    if (seconds < 1) {
      return "Less than a second";
    }
    if (seconds < 60) {
      return seconds == 1 ? "1 second" : seconds + " seconds";
    }
    if (minutes < (old ? 46 : 60)) {
      return minutes == 1 ? "About a minute" : minutes + " minutes";
    }
    if (hours < 48) {
      return hours <= 1 ? "About an hour" : hours + " hours";
    }
    if (days < 14) {
      return days + " days";
    }
    if (days < 60) {
      return days / 7 + " weeks";
    }
    return days < 730 ? days / 30 + " months" : days / 365 + " years";
  }

  /// As in `1m2.5s`: for times of work.
  static String exact(com.google.protobuf.Duration duration) {
    return exact(took(duration));
  }

  static Duration took(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  static String exact(Duration duration) {
    var seconds =
        BigDecimal.valueOf(duration.toSecondsPart())
            .add(BigDecimal.valueOf(duration.toNanosPart(), 9))
            .stripTrailingZeros()
            .toPlainString();
    long minutes = duration.toMinutes();
    var hours = minutes >= 60 ? minutes / 60 + "h" : "";
    return hours + (minutes > 0 ? minutes % 60 + "m" : "") + seconds + "s";
  }

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
