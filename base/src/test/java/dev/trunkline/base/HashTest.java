package dev.trunkline.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HashTest {
  @Test
  void agreesWithThePublishedVectorOfSha256() {
    assertThat(Hash.sha256("abc".getBytes(UTF_8)).hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void survivesItsBytesAndItsHexForm() {
    var hash = Hash.sha256("x".getBytes(UTF_8), "y".getBytes(UTF_8));
    assertThat(Hash.of(hash.bytes())).isEqualTo(hash);
    assertThat(Hash.parse(hash.hex())).isEqualTo(hash).hasSameHashCodeAs(hash);
  }

  @Test
  void ordersAsUnsignedBytes() {
    var low = Hash.parse("7f" + "00".repeat(31));
    var high = Hash.parse("80" + "00".repeat(31));
    assertThat(low).isLessThan(high);
  }
}
