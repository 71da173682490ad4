package dev.trunkline.base;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The machine's own clock.
final class SystemClock implements Clock {
  @Override
  public Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
