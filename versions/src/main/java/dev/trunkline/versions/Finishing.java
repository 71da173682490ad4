package dev.trunkline.versions;

import dev.trunkline.base.Check;
import dev.trunkline.base.Failure;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Scope;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Duties;
import dev.trunkline.metadata.Tx;
import dev.trunkline.storage.Storage;
import dev.trunkline.storage.Upload;
import dev.trunkline.versions.CommitRows.CommitRow;
import dev.trunkline.versions.LayerRows.Layer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Assembles the files of commits that were closed: base plus edits, checked for conflicts.
///
/// A duty per repo, so that one process at a time does it and a slow repo holds up no other. A
/// chain of commits that are waiting is assembled into one pack and published in the order of
/// creation.
final class Finishing {
  private static final Logger LOG = LoggerFactory.getLogger(Finishing.class);
  private static final int WORKERS = 8;
  private static final int CHAIN = 64;

  /// A chain ends once so many files were edited in it, lest its first commit wait for the rest.
  private static final long CHAIN_FILES = 10_000;

  private static final Duration LEASE = Duration.ofSeconds(30);

  private final Versions versions;
  private final Storage storage;
  private final Duties duties;
  private final BlockingQueue<Long> ready = new LinkedBlockingQueue<>();
  private final Set<Long> busy = ConcurrentHashMap.newKeySet();
  private final Map<Long, Held> held = new ConcurrentHashMap<>();

  Finishing(Versions versions, Storage storage, dev.trunkline.metadata.Database database) {
    this.versions = versions;
    this.storage = storage;
    this.duties = new Duties(database, LEASE);
  }

  /// Begins to work in `scope`, until that is closed.
  void start(Scope scope) {
    scope.run(this::watch);
    for (int i = 0; i < WORKERS; i++) {
      scope.run(this::work);
    }
  }

  private void watch() {
    var changes = versions.changes();
    while (!Thread.currentThread().isInterrupted()) {
      long seen = changes.version();
      try {
        versions.read(CommitRows::finishingRepos).forEach(this::offer);
        changes.await(seen, Changes.LONGEST);
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        pauseAfter(e, changes, seen);
      }
    }
  }

  private static void pauseAfter(RuntimeException failure, Changes changes, long seen) {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    LOG.error("finishing failed, will try again", failure);
    try {
      changes.await(seen, Changes.LONGEST);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void offer(long repo) {
    if (busy.add(repo)) {
      ready.add(repo);
    }
  }

  private void work() {
    while (!Thread.currentThread().isInterrupted()) {
      long seen = versions.changes().version();
      try {
        long repo = ready.take();
        boolean any;
        try {
          any = finish(repo);
        } finally {
          busy.remove(repo);
        }
        if (any) {
          offer(repo);
        }
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        pauseAfter(e, versions.changes(), seen);
      }
    }
  }

  /// Finishes a chain of commits of a repo; false where nothing can be finished now.
  boolean finish(long repo) {
    var plan = versions.read(tx -> plan(tx, repo));
    if (plan.steps().isEmpty()) {
      return false;
    }
    var duty = duty(repo, plan.now());
    if (duty.isEmpty()) {
      return false;
    }
    try (var upload = storage.upload()) {
      var done = assemble(plan, upload);
      upload.seal();
      for (int at = 0; at < done.size(); ) {
        int from = at;
        at = versions.change(change -> publish(change, duty.get(), upload, done, from));
      }
      return !done.isEmpty();
    } catch (Failure e) {
      if (e.kind() == Failure.Kind.FENCED) {
        held.remove(repo);
        return false;
      }
      throw e;
    }
  }

  private Optional<Duties.Duty> duty(long repo, long now) {
    var known = held.get(repo);
    if (known != null && now < known.renew()) {
      return Optional.of(known.duty());
    }
    var claimed = duties.claim("versions/finishing/" + repo);
    long half = TimeUnit.NANOSECONDS.toMicros(LEASE.toNanos()) / 2;
    claimed.ifPresentOrElse(
        duty -> held.put(repo, new Held(duty, now + half)), () -> held.remove(repo));
    return claimed;
  }

  private static Plan plan(Tx tx, long repo) {
    var steps = new ArrayList<Step>();
    for (var commit : CommitRows.finishing(tx, repo, CHAIN)) {
      steps.add(new Step(commit, LayerRows.all(tx, commit.key())));
    }
    return new Plan(tx.micros(), steps);
  }

  /// The results of those commits of a plan whose base is known, in order. One that waits for its
  /// base, such as that of a job which ended before the one it follows, holds up no other branch.
  private List<Done> assemble(Plan plan, Upload upload) {
    var done = new LinkedHashMap<Long, Done>();
    long files = 0;
    for (var step : plan.steps()) {
      if (files > CHAIN_FILES) {
        break;
      }
      var base = base(step.commit(), done);
      if (base.isEmpty()) {
        continue;
      }
      var diff = Layers.fold(storage, step.layers(), upload);
      files += diff.summary().files();
      var total = storage.trees().apply(base.get().total(), diff, upload);
      var error = step.commit().error();
      if (error.isEmpty() && total.summary().conflicts() > 0) {
        error = storage.trees().conflict(total, FilePath.ROOT);
      }
      done.put(step.commit().key(), new Done(step.commit(), error, base.get().key(), total, diff));
    }
    return List.copyOf(done.values());
  }

  /// The base of a commit: finished, or assembled just now; empty where it is neither yet.
  private Optional<Base> base(CommitRow commit, Map<Long, Done> done) {
    var parent = commit.parent();
    while (parent.isPresent()) {
      long key = parent.getAsLong();
      var now = done.get(key);
      if (now != null && now.error().isEmpty()) {
        return Optional.of(new Base(OptionalLong.of(key), now.total()));
      }
      if (now != null) {
        parent = now.commit().parent();
        continue;
      }
      var row = versions.read(tx -> CommitRows.find(tx, key));
      if (row.isEmpty()) {
        return Optional.empty();
      }
      if (row.get().error().isEmpty()) {
        return row.get().isFinished()
            ? Optional.of(new Base(OptionalLong.of(key), row.get().total().orElse(Root.EMPTY)))
            : Optional.empty();
      }
      parent = row.get().parent();
    }
    return Optional.of(new Base(OptionalLong.empty(), Root.EMPTY));
  }

  /// Publishes results from number `from` on, up to the first that moves a branch, and returns the
  /// number of the next one.
  private static int publish(
      Change change, Duties.Duty duty, Upload upload, List<Done> done, int from) {
    var tx = change.tx();
    Duties.guard(tx, duty);
    if (from == 0) {
      upload.publish(tx);
    }
    int at = from;
    while (at < done.size() && !change.hasMoved()) {
      var result = done.get(at++);
      var now = CommitRows.find(tx, result.commit().key());
      if (now.isEmpty() || now.get().isFinished()) {
        continue;
      }
      if (!result.error().equals(now.get().error())) {
        CommitRows.setError(tx, now.get().key(), result.error());
      }
      change.finished(now.get().key(), result.base(), result.total(), result.diff());
    }
    Check.that(at > from, "each transaction publishes a result");
    if (from == 0 && at < done.size()) {
      upload.hold(tx);
    }
    return at;
  }

  /// The nearest ancestor whose files count: base is not parent.
  static Optional<CommitRow> base(Tx tx, CommitRow commit) {
    var parent = commit.parent();
    while (parent.isPresent()) {
      var row = CommitRows.find(tx, parent.getAsLong()).orElseThrow();
      if (row.error().isEmpty()) {
        return Optional.of(row);
      }
      parent = row.parent();
    }
    return Optional.empty();
  }

  private record Held(Duties.Duty duty, long renew) {}

  private record Plan(long now, List<Step> steps) {}

  private record Step(CommitRow commit, List<Layer> layers) {}

  private record Base(OptionalLong key, Root total) {}

  private record Done(CommitRow commit, String error, OptionalLong base, Root total, Root diff) {}
}
