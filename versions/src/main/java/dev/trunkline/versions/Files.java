package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.metadata.Tx;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.CommitInfo.State;
import dev.trunkline.versions.CommitRows.CommitRow;
import dev.trunkline.versions.LayerRows.View;
import java.util.List;

/// The files of commits: what reads see, and what writes change.
public final class Files {
  private final Versions versions;
  private final Storage storage;
  private final Layers layers;

  Files(Versions versions, Storage storage) {
    this.versions = versions;
    this.storage = storage;
    layers = new Layers(versions, storage);
  }

  /// The trees behind every commit.
  public Trees trees() {
    return storage.trees();
  }

  Layers layers() {
    return layers;
  }

  /// The files of a commit as a read sees them now; one that is being finished is waited for.
  public Snapshot open(CommitHandle handle) {
    if (handle.repo().name().equals(FileSets.REPO)) {
      return versions.fileSets().open(handle);
    }
    var commit = versions.commits().inspect(handle);
    if (commit.finishing().isPresent() && commit.finished().isEmpty()) {
      commit = versions.commits().await(CommitHandle.of(commit.name()), State.FINISHED);
    }
    if (commit.forgotten()) {
      throw Refusal.forbiddenNow("the commit is forgotten");
    }
    if (commit.finished().isPresent()) {
      return new Snapshot(commit, commit.total().orElse(Root.EMPTY));
    }
    return new Snapshot(commit, view(commit));
  }

  private Root view(CommitInfo commit) {
    while (true) {
      switch (versions.read(tx -> state(tx, commit))) {
        case Sight.Whole(var root) -> {
          return root;
        }
        case Sight.Layered layered -> {
          return materialize(commit.key(), layered);
        }
        case Sight.Waiting(var base) ->
            versions.commits().await(CommitHandle.of(base), State.FINISHED);
      }
    }
  }

  private static Sight state(Tx tx, CommitInfo commit) {
    var row = CommitRows.find(tx, commit.key());
    if (row.isEmpty()) {
      throw Missing.deleted(commit.name());
    }
    if (row.get().isFinished()) {
      return new Sight.Whole(row.get().total().orElse(Root.EMPTY));
    }
    var base = Finishing.base(tx, row.get());
    if (base.isPresent() && !base.get().isFinished()) {
      if (base.get().isOpen()) {
        throw Refusal.forbiddenNow(
            "base commit %s for commit %s unfinished".formatted(base.get().name(), commit.name()));
      }
      return new Sight.Waiting(base.get().name());
    }
    return layered(tx, row.get(), base.flatMap(CommitRow::total).orElse(Root.EMPTY));
  }

  /// What stands between the newest view that can be built on, or the base, and the files of an
  /// open commit.
  private static Sight layered(Tx tx, CommitRow row, Root base) {
    var all = LayerRows.all(tx, row.key());
    var view = LayerRows.view(tx, row.key());
    if (view.isPresent()) {
      long seen = view.get().layers();
      boolean cut =
          all.stream()
              .anyMatch(l -> l.ordinal() < seen && l.ordinal() + Layers.span(l.level()) > seen);
      if (!cut) {
        var rest = all.stream().filter(l -> l.ordinal() >= seen).toList();
        return sight(view.get().root(), rest, row.layers());
      }
    }
    return sight(base, all, row.layers());
  }

  private static Sight sight(Root root, List<LayerRows.Layer> rest, long count) {
    return rest.isEmpty() ? new Sight.Whole(root) : new Sight.Layered(root, rest, count);
  }

  /// Makes the files of an open commit readable, and keeps them for the next read.
  private Root materialize(long commit, Sight.Layered layered) {
    try (var upload = storage.upload()) {
      var edits = Layers.fold(storage, layered.layers(), upload);
      var root = trees().apply(layered.root(), edits, upload);
      upload.seal();
      return versions.quietly(tx -> {
        upload.publish(tx);
        LayerRows.setView(tx, commit, new View(layered.count(), root));
        return root;
      });
    }
  }

  /// Begins a stream of edits to the commit that `handle` names: into it where it is open, in a
  /// commit of its own where the handle names a branch whose head is closed or that does not exist
  /// yet.
  public FileWrite modify(CommitHandle handle) {
    return new FileWrite(versions, storage, versions.read(tx -> target(tx, handle)));
  }

  private static FileWrite.Target target(Tx tx, CommitHandle handle) {
    boolean byBranch = !handle.branch().isEmpty() && handle.id().isEmpty();
    var branch = new BranchName(handle.repo(), handle.branch());
    try {
      var commit = Resolver.resolve(tx, handle);
      if (commit.isOpen()) {
        return new FileWrite.Target.Open(commit.key(), commit.name());
      }
      if (!byBranch) {
        throw CommitChange.finished(commit);
      }
    } catch (Refusal e) {
      boolean missing = e.kind() == Refusal.Kind.NOT_FOUND;
      if (!missing || !byBranch || RepoRows.find(tx, handle.repo()).isEmpty()) {
        throw e;
      }
      Names.checkBranch(handle.branch());
    }
    BranchRows.find(tx, branch)
        .filter(row -> !BranchEdgeRows.upstream(tx, row.key()).isEmpty())
        .ifPresent(_ -> {
          throw Refusal.forbiddenNow("cannot start a commit on an output branch: " + branch);
        });
    return new FileWrite.Target.Fresh(branch);
  }

  /// The files of one commit, at one moment.
  public record Snapshot(CommitInfo commit, Root root) {}

  /// What a read of a commit that is not finished meets.
  private sealed interface Sight {
    record Whole(Root root) implements Sight {}

    record Layered(Root root, List<LayerRows.Layer> layers, long count) implements Sight {}

    record Waiting(CommitName base) implements Sight {}
  }
}
