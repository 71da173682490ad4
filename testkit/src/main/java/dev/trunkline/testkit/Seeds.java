package dev.trunkline.testkit;

import java.util.Random;
import java.util.function.Consumer;

/// Random data that can be made again: a failing law names its seed and the way to replay it.
public final class Seeds {
  private static final String PROPERTY = "seed";

  private Seeds() {}

  /// Runs `law` `times` times, each with randomness of its own; `-Dseed=N` runs that one seed
  /// alone.
  public static void each(int times, Consumer<Random> law) {
    var given = System.getProperty(PROPERTY);
    if (given != null) {
      run(Long.parseLong(given), law);
      return;
    }
    long first = new Random().nextLong(1_000_000_000L);
    for (int i = 0; i < times; i++) {
      run(first + i, law);
    }
  }

  private static void run(long seed, Consumer<Random> law) {
    try {
      law.accept(new Random(seed));
    } catch (Throwable failure) {
      throw new AssertionError("failed; replay with -Dseed=" + seed + ": " + failure, failure);
    }
  }
}
