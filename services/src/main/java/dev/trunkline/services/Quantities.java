package dev.trunkline.services;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Amounts of memory as Kubernetes writes them: `64Mi`, `1.5G`, `128974848`, `129e6`.
final class Quantities {
  private static final Pattern FORM =
      Pattern.compile("\\+?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,2}|[KMGTPE]i|[mkKMGTPE]?)");
  private static final Map<Character, Integer> THOUSANDS =
      Map.of('K', 1, 'k', 1, 'M', 2, 'G', 3, 'T', 4, 'P', 5, 'E', 6, 'm', -1);

  private Quantities() {}

  /// The bytes that `text` stands for, rounded up; empty where it is no quantity.
  static OptionalLong bytes(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      return OptionalLong.empty();
    }
    var bytes = new BigDecimal(parts.group(1)).multiply(unit(parts.group(2)));
    return OptionalLong.of(
        bytes
            .min(BigDecimal.valueOf(Long.MAX_VALUE))
            .setScale(0, RoundingMode.CEILING)
            .longValue());
  }

  private static BigDecimal unit(String suffix) {
    if (suffix.isEmpty()) {
      return BigDecimal.ONE;
    }
    if (suffix.endsWith("i")) {
      return BigDecimal.valueOf(1024).pow(THOUSANDS.getOrDefault(suffix.charAt(0), 0));
    }
    return suffix.length() > 1
        ? new BigDecimal("1" + suffix)
        : BigDecimal.ONE.scaleByPowerOfTen(3 * THOUSANDS.getOrDefault(suffix.charAt(0), 0));
  }
}
