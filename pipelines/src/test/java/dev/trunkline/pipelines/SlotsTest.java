package dev.trunkline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Scope;
import dev.trunkline.pipelines.Slots.Claim;
import dev.trunkline.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who gets a place of the machine, and when.
class SlotsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Claim HOLDER = new Claim(0, 0, 99);

  private final Scope scope = Scope.open("slots");
  private final LinkedBlockingQueue<Claim> granted = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    scope.close();
  }

  private static boolean take(Slots slots, Claim claim) {
    try {
      return slots.take(claim, () -> true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Lets `claim` wait for a place, and returns when it does.
  private void queue(Slots slots, Claim claim) {
    var thread = new LinkedBlockingQueue<Thread>();
    scope.run(() -> {
      thread.add(Thread.currentThread());
      if (take(slots, claim)) {
        granted.add(claim);
      }
    });
    Await.until(
        claim + " waits",
        LONG,
        () -> !thread.isEmpty() && thread.peek().getState() == Thread.State.WAITING);
  }

  private Claim next() {
    try {
      var claim = granted.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(claim).isNotNull();
      return claim;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Slots taken(int all) {
    var slots = new Slots(all);
    for (int i = 0; i < all; i++) {
      assertThat(take(slots, HOLDER)).isTrue();
    }
    return slots;
  }

  @Test
  void pipelinesTakeTurnsAndOfEachTheOldestJobIsFirst() {
    var slots = taken(1);
    var waiting =
        List.of(
            new Claim(1, 12, 9),
            new Claim(1, 11, 9),
            new Claim(1, 11, 9),
            new Claim(2, 20, 9),
            new Claim(3, 31, 9),
            new Claim(3, 30, 9));
    waiting.forEach(claim -> queue(slots, claim));
    var order = new ArrayList<Claim>();
    long holder = HOLDER.pipeline();
    for (int i = 0; i < waiting.size(); i++) {
      slots.release(holder);
      order.add(next());
      holder = order.getLast().pipeline();
    }
    assertThat(order).extracting(Claim::job).containsExactly(11L, 20L, 30L, 11L, 31L, 12L);
  }

  @Test
  void whoComesBackOftenOvertakesNobody() {
    var slots = taken(2);
    queue(slots, new Claim(1, 1, 9));
    queue(slots, new Claim(2, 2, 9));
    slots.release(0);
    assertThat(next().pipeline()).isEqualTo(1);
    slots.release(1);
    assertThat(next().pipeline()).isEqualTo(2);
    queue(slots, new Claim(3, 3, 9));
    queue(slots, new Claim(1, 4, 9));
    slots.release(2);
    assertThat(next().pipeline()).isEqualTo(3);
  }

  @Test
  void aPipelineHoldsNoMoreThanItMayThoughThereIsRoom() {
    var slots = new Slots(4);
    var mine = new Claim(1, 1, 2);
    assertThat(take(slots, mine)).isTrue();
    assertThat(take(slots, mine)).isTrue();
    queue(slots, mine);
    queue(slots, new Claim(1, 2, 2));
    assertThat(slots.owes(mine)).isFalse();
    assertThat(take(slots, new Claim(2, 3, 1))).isTrue();
    assertThat(granted).isEmpty();
    slots.release(1);
    assertThat(next()).isEqualTo(mine);
  }

  @Test
  void aYoungerJobMakesRoomForAnOlderOne() {
    var slots = new Slots(4);
    var younger = new Claim(1, 7, 1);
    var older = new Claim(1, 3, 1);
    assertThat(take(slots, younger)).isTrue();
    queue(slots, older);
    assertThat(slots.owes(younger)).isTrue();
    slots.release(1);
    assertThat(next()).isEqualTo(older);
    queue(slots, younger);
    assertThat(slots.owes(older)).isFalse();
  }

  @Test
  void aPipelineThatHoldsMoreOwesToOneThatHoldsFewer() {
    var slots = taken(3);
    assertThat(slots.owes(HOLDER)).isFalse();
    queue(slots, new Claim(1, 1, 9));
    assertThat(slots.owes(HOLDER)).isTrue();
    slots.release(0);
    next();
    queue(slots, new Claim(1, 1, 9));
    assertThat(slots.owes(HOLDER)).isTrue();
    slots.release(0);
    next();
    queue(slots, HOLDER);
    assertThat(slots.owes(new Claim(1, 1, 9))).isTrue();
    assertThat(slots.owes(HOLDER)).isFalse();
  }

  @Test
  void aPlaceThatIsNotWantedAnyMoreIsGivenUp() throws InterruptedException {
    var slots = taken(1);
    var wanted = new AtomicBoolean(true);
    var answer = new LinkedBlockingQueue<Boolean>();
    scope.run(() -> {
      try {
        answer.add(slots.take(new Claim(1, 1, 1), wanted::get));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    Await.until("it waits", LONG, () -> slots.owes(new Claim(0, 0, 99)) || !answer.isEmpty());
    wanted.set(false);
    slots.recheck();
    assertThat(answer.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isFalse();
    slots.release(0);
    assertThat(take(slots, new Claim(2, 2, 1))).isTrue();
  }

  @Test
  void nobodyStarvesAndNoLimitIsBroken() throws InterruptedException {
    int all = 3;
    var slots = new Slots(all);
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var done = new CountDownLatch(8 * 4);
    for (long pipeline = 1; pipeline <= 8; pipeline++) {
      var mine = new AtomicInteger();
      for (long worker = 0; worker < 4; worker++) {
        var claim = new Claim(pipeline, worker, 2);
        scope.run(() -> {
          for (int i = 0; i < 200 && take(slots, claim); i++) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            if (mine.incrementAndGet() > claim.most()) {
              most.set(Integer.MAX_VALUE);
            }
            mine.decrementAndGet();
            now.decrementAndGet();
            slots.release(claim.pipeline());
          }
          done.countDown();
        });
      }
    }
    assertThat(done.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isLessThanOrEqualTo(all);
  }
}
