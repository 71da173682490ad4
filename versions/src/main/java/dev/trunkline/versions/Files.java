package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.storage.Storage;
import dev.trunkline.storage.Upload;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of commits: what reads see, and what writes change.
public final class Files {
  private static final int VIEWS = 64;

  private final Versions versions;
  private final Storage storage;

  /// The trees of open commits as last read; each keeps alive what it wrote.
  private final Map<View, Seen> views =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<View, Seen> eldest) {
          boolean full = size() > VIEWS;
          if (full) {
            eldest.getValue().upload().close();
          }
          return full;
        }
      };

  Files(Versions versions, Storage storage) {
    this.versions = versions;
    this.storage = storage;
  }

  /// The trees behind every commit.
  public Trees trees() {
    return storage.trees();
  }

  /// The files of a commit as a read sees them now; one that is being finished is waited for.
  public Snapshot open(CommitHandle handle) {
    var commit = versions.commits().inspect(handle);
    if (commit.finishing().isPresent() && commit.finished().isEmpty()) {
      commit = versions.commits().await(CommitHandle.of(commit.name()), CommitInfo.State.FINISHED);
    }
    boolean whole = commit.finished().isPresent();
    var root = whole ? commit.total().orElse(Root.EMPTY) : view(commit.key());
    return new Snapshot(commit, root);
  }

  private Root view(long key) {
    var layered = versions.read(tx -> layered(tx, key));
    var view = new View(key, layered.layers().size());
    synchronized (views) {
      var seen = views.get(view);
      if (seen != null) {
        return seen.root();
      }
    }
    var upload = storage.upload();
    var root = layered.base();
    for (var layer : layered.layers()) {
      root = trees().apply(root, layer, upload);
    }
    synchronized (views) {
      views.put(view, new Seen(root, upload));
    }
    return root;
  }

  private static Layered layered(dev.trunkline.metadata.Tx tx, long key) {
    var commit = CommitRows.find(tx, key).orElseThrow();
    var base = Finishing.base(tx, commit);
    if (base.isPresent() && !base.get().isFinished()) {
      throw Refusal.forbiddenNow(
          "base commit %s for commit %s unfinished".formatted(base.get().name(), commit.name()));
    }
    return new Layered(
        base.flatMap(CommitRow::total).orElse(Root.EMPTY), CommitRows.layers(tx, key));
  }

  /// Begins a stream of edits to the commit that `handle` names: into it where it is open, in a
  /// commit of its own where the handle names a branch whose head is closed or that does not exist
  /// yet.
  public FileWrite modify(CommitHandle handle) {
    var target = versions.read(tx -> target(tx, handle));
    return new FileWrite(versions, storage, handle, target);
  }

  private static Optional<Long> target(dev.trunkline.metadata.Tx tx, CommitHandle handle) {
    boolean byBranch = !handle.branch().isEmpty() && handle.id().isEmpty();
    try {
      var commit = Resolver.resolve(tx, handle);
      if (commit.isOpen()) {
        return Optional.of(commit.key());
      }
      if (!byBranch) {
        throw Refusal.forbiddenNow("commit " + commit.name() + " has already finished");
      }
      return Optional.empty();
    } catch (Refusal e) {
      boolean missing = e.kind() == Refusal.Kind.NOT_FOUND;
      if (missing && byBranch && RepoRows.find(tx, handle.repo()).isPresent()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// The files of one commit, at one moment.
  public record Snapshot(CommitInfo commit, Root root) {}

  private record View(long commit, int layers) {}

  private record Seen(Root root, Upload upload) {}

  private record Layered(Root base, List<Root> layers) {}
}
