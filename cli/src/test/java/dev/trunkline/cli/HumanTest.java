package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Seeds;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HumanTest {
  HumanTest() {}

  @Test
  void sizesHaveFourDigits() {
    assertThat(Human.size(0)).isEqualTo("0B");
    assertThat(Human.size(1023)).isEqualTo("1023B");
    assertThat(Human.size(1024)).isEqualTo("1KiB");
    assertThat(Human.size(4600)).isEqualTo("4.492KiB");
    assertThat(Human.size((10 << 20) - 1)).isEqualTo("10MiB");
    assertThat(Human.size((1 << 20) - 1)).isEqualTo("1024KiB");
    assertThat(Human.size(Long.MAX_VALUE)).isEqualTo("8EiB");
  }

  @Test
  void sizesAreRoundedAsDecimalsAre() {
    Seeds.each(
        2000,
        random -> {
          int unit = random.nextInt(6);
          long bytes = random.nextLong(1L << (10 * unit), 1L << (10 * unit + 10));
          var exact = new BigDecimal(bytes).divide(new BigDecimal(1L << (10 * unit)));
          var rounded = exact.round(new MathContext(4)).stripTrailingZeros().toPlainString();
          assertThat(Human.size(bytes))
              .isEqualTo(rounded + new String[] {"B", "KiB", "MiB", "GiB", "TiB", "PiB"}[unit]);
        });
  }

  @Test
  void secondsHaveTheDigitsThatTheyNeed() {
    assertThat(Human.exact(Duration.ofMillis(62_500))).isEqualTo("1m2.5s");
    assertThat(Human.exact(Duration.ofNanos(1))).isEqualTo("0.000000001s");
    assertThat(Human.exact(Duration.ofHours(1))).isEqualTo("1h0m0s");
  }
}
