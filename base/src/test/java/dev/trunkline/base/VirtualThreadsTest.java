package dev.trunkline.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VirtualThreadsTest {
  @Test
  void everyTaskHasAThreadThatEndsWithIt() throws Exception {
    try (var calls = Pool.virtual("call", 100)) {
      for (int i = 0; i < 1000; i++) {
        var thread = calls.submit(Thread::currentThread).get();
        assertThat(thread.isVirtual()).isTrue();
        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
      }
      assertThat(calls.schedule(() -> 7, 1, TimeUnit.MILLISECONDS).get()).isEqualTo(7);
    }
  }

  @Test
  void soManyRunAtATime() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var gate = new CountDownLatch(2);
    var tasks = new ArrayList<Future<?>>();
    try (var calls = Pool.virtual("call", 2)) {
      for (int i = 0; i < 50; i++) {
        tasks.add(
            calls.submit(() -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              gate.countDown();
              gate.await();
              running.decrementAndGet();
              return true;
            }));
      }
      for (var task : tasks) {
        task.get();
      }
    }
    assertThat(most).hasValue(2);
  }

  @Test
  void nothingIsTakenOnceItIsShut() {
    var calls = Pool.virtual("call", 2);
    calls.shutdownNow();
    assertThatThrownBy(() -> calls.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
