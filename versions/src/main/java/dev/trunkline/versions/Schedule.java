package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Times that come again: five cron fields, or a word such as `@daily` or `@every 3s`.
sealed interface Schedule {
  /// The first time after `time`.
  Instant next(Instant time);

  /// Reads a schedule.
  ///
  /// @throws Refusal where it is none
  static Schedule parse(String text) {
    var spec = text.strip();
    ZoneId zone = ZoneOffset.UTC;
    if (spec.startsWith("TZ=") || spec.startsWith("CRON_TZ=")) {
      int space = spec.indexOf(' ');
      try {
        zone =
            ZoneId.of(
                spec.substring(spec.indexOf('=') + 1, Math.max(space, spec.indexOf('=') + 1)));
      } catch (DateTimeException e) {
        throw bad(text, "the time zone does not exist");
      }
      spec = spec.substring(space + 1).strip();
    }
    if (spec.equals("@never")) {
      return new Never();
    }
    if (spec.startsWith("@every ")) {
      return new Every(Duration.ofSeconds(Math.max(1, seconds(text, spec.substring(7).strip()))));
    }
    if (spec.startsWith("@")) {
      var fields = Cron.WORDS.get(spec);
      if (fields == null) {
        throw bad(text, "the word is not known");
      }
      spec = fields;
    }
    return Cron.of(text, spec, zone);
  }

  private static long seconds(String text, String duration) {
    var parts = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(h|ms|m|s|us|µs|ns)").matcher(duration);
    double seconds = 0;
    int end = 0;
    while (parts.find() && parts.start() == end) {
      double unit =
          switch (parts.group(2)) {
            case "h" -> 3600;
            case "m" -> 60;
            case "s" -> 1;
            case "ms" -> 1e-3;
            case "ns" -> 1e-9;
            default -> 1e-6;
          };
      seconds += Double.parseDouble(parts.group(1)) * unit;
      end = parts.end();
    }
    if (end == 0 || end != duration.length()) {
      throw bad(text, "\"" + duration + "\" is no duration such as 90s or 1h30m");
    }
    return (long) seconds;
  }

  private static Refusal bad(String text, String why) {
    return Refusal.invalid("schedule \"" + text + "\": " + why);
  }

  /// Not before the year 9999.
  record Never() implements Schedule {
    @Override
    public Instant next(Instant time) {
      return Instant.parse("9999-01-01T00:00:00Z");
    }
  }

  /// Always so long after the last time, in whole seconds.
  record Every(Duration delay) implements Schedule {
    @Override
    public Instant next(Instant time) {
      return time.plus(delay).truncatedTo(ChronoUnit.SECONDS);
    }
  }

  /// The minutes that five sets of numbers describe. Where both a day of the month and a day of the
  /// week are restricted, either will do.
  record Cron(
      BitSet minutes,
      BitSet hours,
      BitSet days,
      BitSet months,
      BitSet weekdays,
      boolean eitherDay,
      ZoneId zone)
      implements Schedule {
    private static final Map<String, String> WORDS =
        Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");
    private static final List<String> MONTHS =
        List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> WEEKDAYS =
        List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    private static final int YEARS = 8;

    private static Cron of(String text, String spec, ZoneId zone) {
      var fields = spec.split("\\s+", -1);
      if (fields.length != 5) {
        throw bad(text, "five fields are needed: minute, hour, day, month, day of the week");
      }
      var weekdays = field(text, fields[4], 0, 7, WEEKDAYS);
      if (weekdays.get(7)) {
        weekdays.set(0);
      }
      boolean either = !star(fields[2]) && !star(fields[4]);
      return new Cron(
          field(text, fields[0], 0, 59, List.of()),
          field(text, fields[1], 0, 23, List.of()),
          field(text, fields[2], 1, 31, List.of()),
          field(text, fields[3], 1, 12, MONTHS),
          weekdays,
          either,
          zone);
    }

    private static boolean star(String field) {
      return field.startsWith("*") || field.startsWith("?");
    }

    private static BitSet field(String text, String field, int min, int max, List<String> names) {
      var set = new BitSet();
      for (var part : field.split(",", -1)) {
        var range = part.split("/", -1);
        int step = range.length > 1 ? number(text, range[1], List.of(), 0) : 1;
        int low = min;
        int high = max;
        if (!range[0].equals("*") && !range[0].equals("?")) {
          var ends = range[0].split("-", -1);
          low = number(text, ends[0], names, min);
          high = ends.length > 1 ? number(text, ends[1], names, min) : range.length > 1 ? max : low;
          if (ends.length > 2) {
            throw bad(text, "\"" + part + "\" is no range");
          }
        }
        if (range.length > 2 || step < 1 || low < min || high > max || low > high) {
          throw bad(text, "\"%s\" is not within %d-%d".formatted(part, min, max));
        }
        for (int value = low; value <= high; value += step) {
          set.set(value);
        }
      }
      return set;
    }

    private static int number(String text, String word, List<String> names, int first) {
      int named = names.indexOf(word.toLowerCase(Locale.ROOT));
      if (named >= 0) {
        return named + first;
      }
      if (!word.matches("[0-9]{1,4}")) {
        throw bad(text, "\"" + word + "\" is no number");
      }
      return Integer.parseInt(word);
    }

    @Override
    public Instant next(Instant time) {
      var at = time.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
      int last = at.getYear() + YEARS;
      while (at.getYear() <= last) {
        if (!months.get(at.getMonthValue())) {
          at = at.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).plusMonths(1);
        } else if (!dayMatches(at)) {
          at = at.truncatedTo(ChronoUnit.DAYS).plusDays(1);
        } else if (!hours.get(at.getHour())) {
          at = at.truncatedTo(ChronoUnit.HOURS).plusHours(1);
        } else if (!minutes.get(at.getMinute())) {
          at = at.plusMinutes(1);
        } else {
          return at.toInstant();
        }
      }
      return new Never().next(time);
    }

    private boolean dayMatches(ZonedDateTime at) {
      boolean day = days.get(at.getDayOfMonth());
      boolean weekday = weekdays.get(at.getDayOfWeek().getValue() % 7);
      return eitherDay ? day || weekday : day && weekday;
    }
  }
}
