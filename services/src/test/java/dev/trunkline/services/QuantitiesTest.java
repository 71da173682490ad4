package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Amounts of memory in the words of Kubernetes.
class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "128974848, 128974848",
    "64Mi, 67108864",
    "1.5Gi, 1610612736",
    "1G, 1000000000",
    "129e6, 129000000",
    "12E2, 1200",
    "129M, 129000000",
    "3K, 3000",
    "3k, 3000",
    "3Ki, 3072",
    "1500m, 2",
    "+1, 1",
    ".5k, 500",
    "1., 1",
    "1E, 1000000000000000000",
    "9999999E, 9223372036854775807",
    "1e-3, 1"
  })
  void bytes(String text, long bytes) {
    assertThat(Quantities.bytes(text)).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lots", "64 Mi", "-1", "64mib", "1e", "Mi", ".", "1e999", "0x10"})
  void noQuantity(String text) {
    assertThat(Quantities.bytes(text)).isEmpty();
  }
}
