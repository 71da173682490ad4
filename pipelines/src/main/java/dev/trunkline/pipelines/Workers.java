package dev.trunkline.pipelines;

import dev.trunkline.base.Clock;
import dev.trunkline.datum.DatumWorker;
import dev.trunkline.datum.Program;
import dev.trunkline.metadata.Changes;
import dev.trunkline.versions.Versions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The workers of this process. One that has done its work stays warm for the next job of the same
/// pipeline version. It ends when it has rested long enough, or when its version is no longer the
/// one that runs.
final class Workers implements AutoCloseable {
  /// How long a worker rests before it ends.
  static final Duration REST = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final int RESTING_PER_SLOT = 4;

  private final Versions versions;
  private final Runner runner;
  private final Clock clock;
  private final Set<Post> posts = new HashSet<>();
  private final Deque<Resting> resting = new ArrayDeque<>();
  private boolean closed;

  Workers(Versions versions, Runner runner, Clock clock) {
    this.versions = versions;
    this.runner = runner;
    this.clock = clock;
  }

  /// A worker for a job: the one of its version that rests the shortest, or a new one.
  Hired hire(JobInfo job, Program program) {
    var version = new Version(job.pipelineKey(), job.version());
    for (var warm = rested(version); warm.isPresent(); warm = rested(version)) {
      if (warm.get().worker.isReady()) {
        return warm.get();
      }
      end(warm.get());
    }
    return start(job, claim(version), program);
  }

  private synchronized Optional<Hired> rested(Version version) {
    var found = resting.stream().filter(r -> r.hired.post.version.equals(version)).findFirst();
    found.ifPresent(resting::remove);
    return found.map(Resting::hired);
  }

  private Hired start(JobInfo job, Post post, Program program) {
    var of = job.pipeline();
    var name = "%s-%s-v%d-%d".formatted(of.project(), of.name(), job.version(), post.number);
    try {
      return new Hired(runner.start(name, program), name, post);
    } catch (RuntimeException | Error e) {
      free(post);
      throw e;
    }
  }

  private synchronized Post claim(Version version) {
    int number = 0;
    while (!posts.add(new Post(version, number))) {
      number++;
    }
    return new Post(version, number);
  }

  private synchronized void free(Post post) {
    posts.remove(post);
  }

  /// Takes back a worker that has nothing to do.
  void rest(Hired hired) {
    boolean ready = hired.worker.isReady();
    var surplus = ready ? settle(hired) : Optional.of(hired);
    surplus.ifPresent(this::end);
  }

  /// Lets a worker rest; whoever has to go for that.
  private synchronized Optional<Hired> settle(Hired hired) {
    if (closed) {
      return Optional.of(hired);
    }
    resting.addFirst(new Resting(hired, clock.nanos()));
    return resting.size() > RESTING_PER_SLOT * runner.slots()
        ? Optional.of(resting.removeLast().hired)
        : Optional.empty();
  }

  /// Ends a worker, whatever it does.
  void end(Hired hired) {
    hired.worker.close();
    free(hired.post);
  }

  /// Ends those that have rested long enough, and those of versions that run no more, whenever
  /// something changes; returns when it is interrupted.
  void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      long seen = versions.changes().version();
      try {
        retire();
        versions.changes().await(seen, Changes.LONGEST);
      } catch (InterruptedException | CancellationException _) {
        return;
      } catch (RuntimeException e) {
        LOG.error("could not look after resting workers, will try again", e);
      }
    }
  }

  /// Looks once.
  void retire() {
    var seen = resting();
    if (seen.isEmpty()) {
      return;
    }
    var keys = seen.stream().map(r -> r.hired.post.version.pipeline).distinct().toList();
    var current = new HashSet<>(versions.read(tx -> PipelineRows.working(tx, keys)));
    for (var one : seen) {
      boolean go =
          !current.contains(one.hired.post.version)
              || clock.since(one.sinceNanos).compareTo(REST) >= 0;
      if (go && remove(one)) {
        end(one.hired);
      }
    }
  }

  private synchronized List<Resting> resting() {
    return List.copyOf(resting);
  }

  private synchronized boolean remove(Resting one) {
    return resting.remove(one);
  }

  /// Ends those that rest; from now on nobody does.
  @Override
  public void close() {
    List<Resting> last;
    synchronized (this) {
      closed = true;
      last = new ArrayList<>(resting);
      resting.clear();
    }
    last.forEach(one -> end(one.hired));
  }

  /// A version of a pipeline.
  record Version(long pipeline, long version) {}

  /// The place of a worker among those of its version.
  private record Post(Version version, int number) {}

  private record Resting(Hired hired, long sinceNanos) {}

  /// A worker with its name.
  static final class Hired {
    private final DatumWorker worker;
    private final String name;
    private final Post post;

    private Hired(DatumWorker worker, String name, Post post) {
      this.worker = worker;
      this.name = name;
      this.post = post;
    }

    DatumWorker worker() {
      return worker;
    }

    String name() {
      return name;
    }
  }
}
