package dev.trunkline.pipelines;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The places of this machine in which workers run, shared by all pipelines: the one that holds the
/// fewest is next, then the one that was served longest ago, and of one pipeline the oldest job.
final class Slots {
  private final int all;
  private int taken;
  private long turn;
  private final List<Claim> waiting = new ArrayList<>();
  private final Map<Long, Integer> held = new HashMap<>();
  private final Map<Long, Long> served = new HashMap<>();

  Slots(int all) {
    this.all = all;
  }

  /// Waits for a place for `job` of `pipeline`.
  synchronized void take(long pipeline, long job) throws InterruptedException {
    var claim = new Claim(pipeline, job, turn++);
    waiting.add(claim);
    try {
      while (taken == all || !first().equals(claim)) {
        wait();
      }
      taken++;
      held.merge(pipeline, 1, Integer::sum);
      served.put(pipeline, turn++);
    } finally {
      waiting.remove(claim);
      notifyAll();
    }
  }

  /// Gives a place of `pipeline` back.
  synchronized void release(long pipeline) {
    taken--;
    held.merge(pipeline, -1, (now, less) -> now + less == 0 ? null : now + less);
    if (!held.containsKey(pipeline) && waiting.stream().noneMatch(c -> c.pipeline == pipeline)) {
      served.remove(pipeline);
    }
    notifyAll();
  }

  /// Whether a place of `pipeline` should go to another one that waits and holds fewer.
  synchronized boolean owes(long pipeline) {
    return waiting.stream()
        .anyMatch(c -> c.pipeline != pipeline && count(c.pipeline) < count(pipeline));
  }

  /// How many places there are.
  int all() {
    return all;
  }

  /// Whether every place is taken.
  synchronized boolean full() {
    return taken == all;
  }

  private int count(long pipeline) {
    return held.getOrDefault(pipeline, 0);
  }

  private Claim first() {
    return waiting.stream()
        .min(
            Comparator.<Claim>comparingInt(c -> count(c.pipeline))
                .thenComparingLong(c -> served.getOrDefault(c.pipeline, -1L))
                .thenComparingLong(Claim::job)
                .thenComparingLong(Claim::arrival))
        .orElseThrow();
  }

  private record Claim(long pipeline, long job, long arrival) {}
}
