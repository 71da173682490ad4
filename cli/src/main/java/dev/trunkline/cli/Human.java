package dev.trunkline.cli;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Sizes and durations in the words that both eras use.
final class Human {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final int BITS_OF_UNIT = 10;
  private static final int NANO_DIGITS = 9;

  private Human() {}

  /// Four significant digits, base 1024, the unit glued: `4.492KiB`.
  static String size(long bytes) {
    int unit = Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / BITS_OF_UNIT;
    // Of the largest unit the last bits count for nothing, and a thousandfold would overflow.
    int dropped = unit == UNITS.length - 1 ? BITS_OF_UNIT : 0;
    int shift = unit * BITS_OF_UNIT - dropped;
    long kept = bytes >> dropped;
    long whole = kept >> shift;
    int digits = whole >= 1000 || unit == 0 ? 0 : whole >= 100 ? 1 : whole >= 10 ? 2 : 3;
    long scale = List.of(1L, 10L, 100L, 1000L).get(digits);
    long half = (1L << shift) >> 1;
    long rounded = whole * scale + (((kept - (whole << shift)) * scale + half) >> shift);
    return decimal(rounded / scale, rounded % scale, digits) + UNITS[unit];
  }

  /// `whole` and a fraction of so many digits, without the zeros at its end. Not by way of
  /// BigDecimal: to load it takes longer than most commands.
  private static String decimal(long whole, long fraction, int digits) {
    if (fraction == 0) {
      return Long.toString(whole);
    }
    var text = new StringBuilder().append(fraction);
    text.insert(0, "0".repeat(digits - text.length()));
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return whole + "." + text.substring(0, end);
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
    var seconds = decimal(duration.toSecondsPart(), duration.toNanosPart(), NANO_DIGITS);
    long minutes = duration.toMinutes();
    var hours = minutes >= 60 ? minutes / 60 + "h" : "";
    return hours + (minutes > 0 ? minutes % 60 + "m" : "") + seconds + "s";
  }

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
