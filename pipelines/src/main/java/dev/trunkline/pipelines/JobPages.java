package dev.trunkline.pipelines;

import dev.trunkline.metadata.Changes;
import dev.trunkline.versions.Versions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Listings of jobs: read page by page, so that no transaction is open while a caller looks at a
/// page, and a page costs the same few statements whatever is on it.
public final class JobPages {
  private static final int PAGE = 256;
  private static final int SETS = 64;

  private final Versions versions;

  /// Lists the jobs beside these versions.
  public JobPages(Versions versions) {
    this.versions = versions;
  }

  /// Gives `sink` the jobs that `query` wants, a page at a time, as long as it wants more.
  public void list(JobQuery query, Predicate<List<JobInfo>> sink) {
    long beyond = query.start();
    while (true) {
      long from = beyond;
      var page = versions.read(tx -> JobPageRows.page(tx, query, from, PAGE));
      if (page.isEmpty() || !sink.test(page) || page.size() < PAGE) {
        return;
      }
      beyond = page.getLast().key();
    }
  }

  /// Gives `sink` the sets that have a job, the one with the newest job first or last, each with
  /// its jobs in the order of creation, as long as it wants more.
  public void sets(JobQuery query, Predicate<Map<String, List<JobInfo>>> sink) {
    long beyond = query.start();
    while (true) {
      long from = beyond;
      var last = new long[1];
      var page = new LinkedHashMap<String, List<JobInfo>>();
      versions.read(tx -> {
        page.clear();
        for (var set : JobPageRows.sets(tx, query, from, SETS)) {
          page.put(set.id(), new ArrayList<>());
          last[0] = set.key();
        }
        JobPageRows.ofSets(tx, page.keySet())
            .forEach(job -> page.computeIfAbsent(job.id(), _ -> new ArrayList<>()).add(job));
        return true;
      });
      if (page.isEmpty() || !sink.test(page) || page.size() < SETS) {
        return;
      }
      beyond = last[0];
    }
  }

  /// Gives `sink` the jobs of a pipeline that are not over, then each new one, until `gone`.
  public void subscribe(PipelineName pipeline, BooleanSupplier gone, Consumer<List<JobInfo>> sink) {
    var query = JobQuery.all(Optional.of(pipeline));
    long beyond = query.start();
    boolean first = true;
    while (!gone.getAsBoolean()) {
      long seen = versions.changes().version();
      long from = beyond;
      var page = versions.read(tx -> JobPageRows.page(tx, query, from, PAGE));
      boolean old = first;
      sink.accept(page.stream().filter(job -> !old || !job.state().isTerminal()).toList());
      if (page.size() < PAGE) {
        first = false;
        pause(versions.changes(), seen);
      }
      beyond = page.isEmpty() ? beyond : page.getLast().key();
    }
  }

  /// Waits until something may have changed since `seen` was read.
  static void pause(Changes changes, long seen) {
    try {
      changes.await(seen, Changes.LONGEST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the caller left");
    }
  }

  /// The versions of pipelines that these jobs ran with, by job.
  public Map<JobInfo, PipelineInfo> pipelines(List<JobInfo> jobs) {
    var wanted = jobs.stream().map(VersionKey::of).distinct().toList();
    var found = new HashMap<VersionKey, PipelineInfo>();
    versions
        .read(tx -> PipelinePageRows.versions(tx, wanted))
        .forEach(info -> found.put(new VersionKey(info.key(), info.version()), info));
    var byJob = new HashMap<JobInfo, PipelineInfo>();
    for (var job : jobs) {
      var info = found.get(VersionKey.of(job));
      if (info != null) {
        byJob.put(job, info);
      }
    }
    return byJob;
  }

  /// A version of a pipeline, by keys.
  record VersionKey(long pipeline, long version) {
    static VersionKey of(JobInfo job) {
      return new VersionKey(job.pipelineKey(), job.version());
    }
  }
}
