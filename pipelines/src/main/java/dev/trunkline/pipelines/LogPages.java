package dev.trunkline.pipelines;

import dev.trunkline.versions.Versions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// What workers logged, in order: a segment at a time, and on request those that come.
public final class LogPages {
  private static final int PAGE = 8;

  private final Versions versions;

  /// Reads the logs beside these versions.
  public LogPages(Versions versions) {
    this.versions = versions;
  }

  /// Gives `sink` the segments of a pipeline that can hold what is wanted, as long as it wants
  /// more; with `follow` also those to come, until `gone`.
  public void read(
      PipelineInfo pipeline,
      Which which,
      boolean follow,
      BooleanSupplier gone,
      Predicate<Segment> sink) {
    long beyond = 0;
    while (!gone.getAsBoolean()) {
      long seen = versions.changes().version();
      long from = beyond;
      var page = versions.read(tx -> LogRows.page(tx, pipeline.key(), which, from, PAGE));
      for (var segment : page) {
        if (!sink.test(segment)) {
          return;
        }
        beyond = segment.key();
      }
      if (page.size() == PAGE) {
        continue;
      }
      if (!follow) {
        return;
      }
      JobPages.pause(versions.changes(), seen);
    }
  }

  /// Lines of the pipeline or of one job, logged at `since` or later, about one datum where it is
  /// not empty.
  public record Which(Optional<JobInfo> job, Instant since, String datum) {
    /// All lines of a job.
    static Which all(JobInfo job) {
      return new Which(Optional.of(job), Instant.EPOCH, "");
    }
  }

  /// Lines of one worker of one job that became durable together.
  public record Segment(long key, long job, String jobId, List<LogLine> lines) {}
}
