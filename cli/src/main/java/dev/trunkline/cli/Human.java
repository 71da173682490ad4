package dev.trunkline.cli;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// Sizes, ages and durations in the words that both eras use.
final class Human {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Human() {}

  /// Four significant digits, base 1024, the unit glued: `4.492KiB`.
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    if (unit == 0) {
      return bytes + "B";
    }
    int whole = String.valueOf((long) value).length();
    var text = String.format(Locale.ROOT, "%." + Math.max(0, 4 - whole) + "f", value);
    if (text.contains(".")) {
      text = text.replaceFirst("0+$", "").replaceFirst("\\.$", "");
    }
    return text + UNITS[unit];
  }

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

  static String ago(boolean present, Timestamp time, boolean old) {
    if (!present) {
      return old ? "" : "-";
    }
    return duration(Duration.between(instant(time), Instant.ofEpochMilli(now())), old) + " ago";
  }

  static long now() {
    return dev.trunkline.base.Clock.system().now().toEpochMilli();
  }

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
