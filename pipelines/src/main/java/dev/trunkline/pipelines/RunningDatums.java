package dev.trunkline.pipelines;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// What the workers of this process run at the moment: at most one datum each.
public final class RunningDatums {
  private final Map<Object, Entry> entries = new ConcurrentHashMap<>();

  RunningDatums() {}

  /// Notes what `worker` runs from now on; `kill` ends the attempt.
  void begin(Object worker, Running datum, Runnable kill) {
    entries.put(worker, new Entry(datum, kill));
  }

  /// Notes that `worker` runs nothing.
  void end(Object worker) {
    entries.remove(worker);
  }

  /// The datums of a job that run, by worker.
  public List<Running> of(JobInfo job) {
    return entries.values().stream()
        .map(Entry::datum)
        .filter(datum -> datum.job() == job.key())
        .sorted(Comparator.comparing(Running::worker))
        .toList();
  }

  /// Kills the attempts of those datums of a job that `wanted` names; whether there was one.
  public boolean restart(JobInfo job, Predicate<Running> wanted) {
    boolean any = false;
    for (var entry : entries.values()) {
      if (entry.datum.job() == job.key() && wanted.test(entry.datum)) {
        entry.kill.run();
        any = true;
      }
    }
    return any;
  }

  private record Entry(Running datum, Runnable kill) {}

  /// A datum on a worker.
  ///
  /// @param job the key of its job
  /// @param data what it is given; of many files the first ones
  /// @param started when this attempt began
  public record Running(
      long job, String worker, String datum, List<LogLine.File> data, Instant started) {
    /// Copies the list.
    public Running {
      data = List.copyOf(data);
    }
  }
}
