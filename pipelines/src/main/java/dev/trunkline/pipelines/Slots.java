package dev.trunkline.pipelines;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// The places of this machine in which workers run, shared by all pipelines.
///
/// 1. Of the pipelines that wait the one that holds the fewest is next, then the one that waits or
///    was served longest ago: nobody who comes back often overtakes one who stayed.
/// 2. Of one pipeline the oldest job is next, also where a younger one got its places before.
/// 3. No pipeline holds more places than it has workers, whatever number of jobs it works on.
final class Slots {
  private final int all;
  private int taken;
  private long turn;
  private final List<Waiting> waiting = new ArrayList<>();
  private final Map<Long, Integer> held = new HashMap<>();
  private final Map<Long, Long> served = new HashMap<>();

  Slots(int all) {
    this.all = all;
  }

  /// Waits for a place, as long as it is `wanted`; false where it was no longer.
  synchronized boolean take(Claim claim, BooleanSupplier wanted) throws InterruptedException {
    var me = new Waiting(claim, turn++);
    waiting.add(me);
    served.putIfAbsent(claim.pipeline(), me.arrival());
    try {
      while (wanted.getAsBoolean()) {
        if (taken < all && next().filter(me::equals).isPresent()) {
          taken++;
          held.merge(claim.pipeline(), 1, Integer::sum);
          served.put(claim.pipeline(), turn++);
          return true;
        }
        wait();
      }
      return false;
    } finally {
      waiting.remove(me);
      forget(claim.pipeline());
      notifyAll();
    }
  }

  /// Gives a place of `pipeline` back.
  synchronized void release(long pipeline) {
    taken--;
    held.merge(pipeline, -1, (now, less) -> now + less == 0 ? null : now + less);
    forget(pipeline);
    notifyAll();
  }

  /// Lets those who wait see that their place is not wanted any more.
  synchronized void recheck() {
    notifyAll();
  }

  /// Whether a place of `mine` should go to somebody who waits: to an older job of the pipeline, or
  /// where all are taken to a pipeline that holds fewer.
  synchronized boolean owes(Claim mine) {
    return waiting.stream()
        .map(Waiting::claim)
        .anyMatch(other ->
            other.pipeline() == mine.pipeline()
                ? other.job() < mine.job()
                : taken == all
                    && !atMost(other)
                    && count(other.pipeline()) < count(mine.pipeline()));
  }

  private Optional<Waiting> next() {
    return eligible()
        .min(
            Comparator.<Waiting>comparingInt(w -> count(w.claim.pipeline()))
                .thenComparing(w -> served.get(w.claim.pipeline()))
                .thenComparingLong(w -> w.claim.job())
                .thenComparingLong(Waiting::arrival));
  }

  private Stream<Waiting> eligible() {
    return waiting.stream().filter(w -> !atMost(w.claim));
  }

  private boolean atMost(Claim claim) {
    return count(claim.pipeline()) >= claim.most();
  }

  private int count(long pipeline) {
    return held.getOrDefault(pipeline, 0);
  }

  /// A pipeline that neither holds a place nor waits for one is new when it comes again.
  private void forget(long pipeline) {
    if (count(pipeline) == 0 && waiting.stream().noneMatch(w -> w.claim.pipeline() == pipeline)) {
      served.remove(pipeline);
    }
  }

  /// Who asks for a place: a job of a pipeline that may hold `most` of them.
  record Claim(long pipeline, long job, int most) {}

  private record Waiting(Claim claim, long arrival) {}
}
