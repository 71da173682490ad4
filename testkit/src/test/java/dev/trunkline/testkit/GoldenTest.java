package dev.trunkline.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void theReviewedTextPasses() {
    Golden.check(GoldenTest.class, "greeting.txt", "hello\n");
  }

  @Test
  void aMissingFileNamesTheCure() {
    assertThatThrownBy(() -> Golden.read(GoldenTest.class, "absent.txt"))
        .hasMessageContaining("absent.txt; ./dev golden writes it");
  }
}
