package dev.trunkline.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InOrderTest {
  private final List<String> handedOn = new ArrayList<>();
  private final InOrder<String> work = new InOrder<>(10, handedOn::add);

  @Test
  void resultsComeInTheOrderInWhichWorkBegan() {
    try (var pool = Pool.of("work", 2)) {
      var numbers = new ArrayList<Integer>();
      var ordered = new InOrder<Integer>(20, numbers::add);
      for (int i = 0; i < 500; i++) {
        int number = i;
        ordered.add(1, pool.submit(() -> number)::get);
      }
      ordered.drain();
      assertThat(numbers).hasSize(500).isSorted();
    }
  }

  @Test
  void theOldestIsWaitedForOnceThereIsTooMuch() {
    work.add(4, () -> "a");
    work.add(6, () -> "b");
    assertThat(handedOn).isEmpty();
    work.add(3, () -> "c");
    assertThat(handedOn).containsExactly("a");
    work.add(11, () -> "d");
    assertThat(handedOn).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aFailureComesInItsPlace() {
    work.add(1, () -> "a");
    work.add(
        1,
        () -> {
          throw new Failure(Failure.Kind.CORRUPT, "on purpose");
        });
    work.add(1, () -> "c");
    assertThatThrownBy(work::drain).hasMessage("on purpose");
    assertThat(handedOn).containsExactly("a");
  }
}
