package dev.trunkline.versions;

import dev.trunkline.base.Failure;
import dev.trunkline.base.FilePath;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Duties;
import dev.trunkline.metadata.Tx;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Assembles the files of commits that were closed: base plus edits, checked for conflicts. A duty:
/// one process at a time does it.
final class Finishing {
  private static final String DUTY = "versions/finishing";

  private final Versions versions;
  private final Storage storage;
  private final Duties duties;

  Finishing(Versions versions, Storage storage, Duties duties) {
    this.versions = versions;
    this.storage = storage;
    this.duties = duties;
  }

  /// Finishes what can be finished now; false where nothing could.
  boolean step() {
    var waiting = versions.read(CommitRows::finishing);
    if (waiting.isEmpty()) {
      return false;
    }
    var duty = duties.claim(DUTY);
    boolean any = false;
    for (var commit : duty.isPresent() ? waiting : List.<CommitRow>of()) {
      any |= finish(commit, duty.get());
    }
    return any;
  }

  private boolean finish(CommitRow commit, Duties.Duty duty) {
    var plan = versions.read(tx -> plan(tx, commit));
    if (plan.isEmpty()) {
      return false;
    }
    try (var upload = storage.upload()) {
      var sets = storage.trees().fileSets();
      var diff = Root.EMPTY;
      for (var layer : plan.get().layers()) {
        diff = sets.fold(diff, layer, upload);
      }
      var edits = diff;
      var total = storage.trees().apply(plan.get().total(), edits, upload);
      var error = commit.error();
      if (error.isEmpty() && total.summary().conflicts() > 0) {
        error = storage.trees().conflict(total, FilePath.ROOT);
      }
      var found = error;
      upload.seal();
      versions.change(change -> {
        Duties.guard(change.tx(), duty);
        var now = CommitRows.find(change.tx(), commit.key());
        if (now.isEmpty() || now.get().isFinished()) {
          return false;
        }
        upload.publish(change.tx());
        if (!found.equals(commit.error())) {
          CommitRows.setError(change.tx(), commit.key(), found);
        }
        change.finished(commit.key(), plan.get().base(), total, edits);
        return true;
      });
      return true;
    } catch (Failure e) {
      if (e.kind() == Failure.Kind.FENCED) {
        return false;
      }
      throw e;
    }
  }

  /// What to assemble; nothing where the base is not finished yet.
  private static Optional<Plan> plan(Tx tx, CommitRow commit) {
    var base = base(tx, commit);
    if (base.isPresent() && !base.get().isFinished()) {
      return Optional.empty();
    }
    var total = base.flatMap(CommitRow::total).orElse(Root.EMPTY);
    var key = base.map(b -> OptionalLong.of(b.key())).orElse(OptionalLong.empty());
    return Optional.of(new Plan(key, total, CommitRows.layers(tx, commit.key())));
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

  private record Plan(OptionalLong base, Root total, List<Root> layers) {}
}
