package dev.trunkline.base;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Expected values were computed with another implementation, Python's
/// `hashlib.blake2b(digest_size=32)`.
class Blake2b256Test {
  @Test
  void hashesNothing() {
    assertThat(Blake2b256.of(new byte[0]).hex())
        .isEqualTo("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  }

  @Test
  void hashesAbc() {
    assertThat(Blake2b256.of("abc".getBytes(US_ASCII)).hex())
        .isEqualTo("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  }

  @Test
  void doesNotCareHowTheInputIsCut() {
    var bytes = "x".repeat(1000).getBytes(US_ASCII);
    var whole = Blake2b256.of(bytes);
    for (int cut : new int[] {0, 1, 127, 128, 129, 256, 999}) {
      var digest = new Blake2b256();
      digest.update(java.util.Arrays.copyOf(bytes, cut));
      digest.update(java.util.Arrays.copyOfRange(bytes, cut, bytes.length));
      assertThat(digest.digest()).isEqualTo(whole);
    }
    assertThat(whole.hex())
        .isEqualTo("ab75119ede14ef06ebf31f745fb655ed006cccfe8054c635308a557f7c9beaba");
  }
}
