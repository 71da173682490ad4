package dev.trunkline.base;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The only source of time. Instants have microsecond resolution, as the database stores them.
public interface Clock {
  /// The time of day, cut to microseconds.
  Instant now();

  /// A reading that only ever grows, for measuring durations; its origin means nothing.
  long nanos();

  /// Microseconds since the epoch, as the database stores times.
  default long micros() {
    return toMicros(now());
  }

  /// How long it has been since `startNanos`, a reading of [#nanos].
  default Duration since(long startNanos) {
    return Duration.ofNanos(nanos() - startNanos);
  }

  /// The clock of this machine.
  static Clock system() {
    return new SystemClock();
  }

  /// Converts an instant to microseconds since the epoch.
  static long toMicros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  /// Converts microseconds since the epoch to an instant.
  static Instant ofMicros(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
