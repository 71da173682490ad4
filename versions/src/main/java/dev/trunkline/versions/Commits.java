package dev.trunkline.versions;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Commits and commit sets: looking, listing, and waiting.
public final class Commits {
  private static final int PAGE = 256;

  private final Versions versions;
  private final Changes changes;

  Commits(Versions versions, Changes changes) {
    this.versions = versions;
    this.changes = changes;
  }

  /// The commit as it is.
  public CommitInfo inspect(CommitHandle handle) {
    if (handle.repo().name().equals(FileSets.REPO)) {
      return versions.fileSets().open(handle).commit();
    }
    return versions.read(tx -> Resolver.resolve(tx, handle).info(tx));
  }

  /// The commit once it has come to `state`; a handle that names a branch is resolved once.
  public CommitInfo await(CommitHandle handle, CommitInfo.State state) {
    return await(handle, state, () -> false);
  }

  /// The commit once it has come to `state`, or an end of waiting within seconds of the caller
  /// having `left`.
  public CommitInfo await(CommitHandle handle, CommitInfo.State state, BooleanSupplier left) {
    var now = inspect(handle);
    return now.finished().isPresent() ? now : await(now.name(), state, left);
  }

  /// The commit of this very name once it has come to `state`; refused once it is deleted.
  public CommitInfo await(CommitName name, CommitInfo.State state, BooleanSupplier left) {
    while (true) {
      long seen = changes.version();
      var commit = versions.read(tx -> current(tx, name, state));
      if (commit.isPresent()) {
        return commit.get();
      }
      pause(seen, left);
    }
  }

  private void pause(long seen, BooleanSupplier left) {
    if (left.getAsBoolean()) {
      throw new CancellationException("the caller left");
    }
    try {
      changes.await(seen, Changes.LONGEST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the caller left");
    }
  }

  private static Optional<CommitInfo> current(Tx tx, CommitName name, CommitInfo.State state) {
    var row =
        RepoRows.find(tx, name.repo()).flatMap(repo -> CommitRows.find(tx, repo.key(), name.id()));
    if (row.isEmpty()) {
      throw Missing.deleted(name);
    }
    return reached(tx, row.get(), state) ? Optional.of(row.get().info(tx)) : Optional.empty();
  }

  private static boolean reached(Tx tx, CommitRow commit, CommitInfo.State state) {
    return commit.isFinished()
        || switch (state) {
          case STARTED -> true;
          case READY ->
              CommitRows.upstream(tx, commit.key()).stream().allMatch(CommitRow::isFinished);
          case FINISHING -> !commit.isOpen();
          case FINISHED -> false;
        };
  }

  /// The commits of a repo (of all repos where none is given), newest first or oldest first, as
  /// long as `sink` wants more.
  public void list(Optional<RepoName> repo, boolean oldestFirst, Predicate<CommitInfo> sink) {
    long beyond = oldestFirst ? 0 : Long.MAX_VALUE;
    while (true) {
      long from = beyond;
      var page = versions.read(tx -> page(tx, repo, from, oldestFirst));
      for (var commit : page) {
        if (!sink.test(commit)) {
          return;
        }
        beyond = commit.key();
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  private static List<CommitInfo> page(
      Tx tx, Optional<RepoName> repo, long beyond, boolean oldestFirst) {
    var key =
        repo.map(name ->
                OptionalLong.of(
                    RepoRows.find(tx, name).orElseThrow(() -> Missing.repo(name)).key()))
            .orElse(OptionalLong.empty());
    return CommitRows.infos(tx, CommitRows.page(tx, key, beyond, oldestFirst, PAGE));
  }

  /// The commits from `to` along parents, `from` excluded, as long as `sink` wants more.
  public void history(CommitHandle to, Optional<CommitHandle> from, Predicate<CommitInfo> sink) {
    var end = from.map(this::inspect).map(CommitInfo::key);
    var next = OptionalLong.of(inspect(to).key());
    while (next.isPresent()) {
      long start = next.getAsLong();
      next = OptionalLong.empty();
      var rows = versions.read(tx -> CommitRows.history(tx, start, PAGE));
      for (var commit : versions.read(tx -> CommitRows.infos(tx, rows))) {
        boolean ended = end.isPresent() && end.get() == commit.key();
        if (ended || !sink.test(commit)) {
          return;
        }
      }
      if (!rows.isEmpty()) {
        next = rows.getLast().parent();
      }
    }
  }

  /// An upper bound of the size of commits in bytes: exact for finished ones; for open ones the
  /// base and what was written; 0 where the base is not finished.
  public Map<Long, Long> upperBounds(List<CommitInfo> commits) {
    var bounds = new HashMap<Long, Long>();
    var open = new ArrayList<Long>();
    for (var commit : commits) {
      bounds.put(commit.key(), commit.size());
      if (commit.finished().isEmpty()) {
        open.add(commit.key());
      }
    }
    if (!open.isEmpty()) {
      versions.read(tx -> {
        var written = LayerRows.bytes(tx, open);
        for (var row : CommitRows.all(tx, open)) {
          var base = Finishing.base(tx, row);
          boolean known = base.isEmpty() || base.get().isFinished();
          long below = base.flatMap(CommitRow::total).map(t -> t.summary().bytes()).orElse(0L);
          bounds.put(row.key(), known ? below + written.getOrDefault(row.key(), 0L) : 0L);
        }
        return bounds;
      });
    }
    return bounds;
  }

  /// What can be reached from a commit along provenance, nearest first.
  public List<CommitInfo> reachable(
      CommitHandle start, boolean upstream, long mostCommits, long mostDepth) {
    return versions.read(tx -> {
      var row = Resolver.resolve(tx, start, false);
      var keys =
          CommitEdgeRows.closure(
              tx, List.of(row.key()), upstream, new CommitEdgeRows.Reach(mostDepth, mostCommits));
      var rows = new HashMap<Long, CommitRow>();
      CommitRows.all(tx, keys).forEach(commit -> rows.put(commit.key(), commit));
      return CommitRows.infos(tx, keys.stream().map(rows::get).toList());
    });
  }

  /// Looks for commits, from `start` along parents, whose own edits touch the file that is stored
  /// as `path`, letter by letter, as long as `sink` wants more and until there was `enough`;
  /// returns the last one that was looked at.
  public Searched find(
      CommitHandle start, String path, BiPredicate<CommitInfo, Long> sink, BooleanSupplier enough) {
    var file = FilePath.clean(path);
    boolean stored = file.text().equals(path);
    long searched = 0;
    var commit = inspect(start);
    while (true) {
      if (commit.finished().isEmpty()) {
        throw new Refusal(Refusal.Kind.NOT_READY, "commit " + commit.name().id() + " not finished");
      }
      boolean more = !stored || !touched(commit, file) || sink.test(commit, searched);
      searched++;
      if (!more || commit.parent().isEmpty() || enough.getAsBoolean()) {
        return new Searched(commit.name(), searched);
      }
      commit = inspect(CommitHandle.of(commit.parent().get()));
    }
  }

  private boolean touched(CommitInfo commit, FilePath path) {
    var trees = versions.files().trees();
    if (trees.fileSets().touches(commit.diff().orElse(Root.EMPTY), path)) {
      return true;
    }
    var before =
        versions.read(tx ->
            Finishing.base(tx, CommitRows.find(tx, commit.key()).orElseThrow())
                .flatMap(CommitRow::total));
    boolean was = isFile(before.orElse(Root.EMPTY), path);
    return was && !isFile(commit.total().orElse(Root.EMPTY), path);
  }

  private boolean isFile(Root root, FilePath path) {
    return versions.files().trees().stat(root, path).orElse(null) instanceof Entry.OfFile;
  }

  /// The last commit that a search looked at, and how many there were.
  public record Searched(CommitName last, long count) {}

  /// Every commit of a repo in order, those to come included, each when it has come to `state`;
  /// never returns by itself.
  public void subscribe(
      RepoName repo,
      Predicate<CommitInfo> wanted,
      CommitInfo.State state,
      Consumer<CommitInfo> sink,
      BooleanSupplier left) {
    long beyond = 0;
    while (true) {
      long seen = changes.version();
      long from = beyond;
      var page = versions.read(tx -> page(tx, Optional.of(repo), from, true));
      for (var commit : page) {
        beyond = commit.key();
        if (wanted.test(commit)) {
          sink.accept(await(commit.name(), state, left));
        }
      }
      if (page.isEmpty()) {
        pause(seen, left);
      }
    }
  }

  /// The commits of a set and all that they were made from, sources first.
  public List<CommitInfo> set(String id) {
    var commits = versions.read(tx -> setOf(tx, id));
    if (commits.isEmpty()) {
      throw Refusal.notFound("no commits found for commitset " + id);
    }
    return commits;
  }

  private static List<CommitInfo> setOf(Tx tx, String id) {
    var keys = new LinkedHashSet<Long>();
    CommitRows.ofSet(tx, id).forEach(commit -> keys.add(commit.key()));
    keys.addAll(CommitEdgeRows.closure(tx, keys, true, CommitEdgeRows.Reach.ALL));
    return CommitRows.infos(tx, SourcesFirst.sort(tx, CommitRows.all(tx, keys)));
  }

  /// Every commit set with its commits, the one with the newest commit first.
  public void sets(BiConsumer<String, List<CommitInfo>> sink) {
    long beyond = Long.MAX_VALUE;
    while (true) {
      long from = beyond;
      var page = versions.read(tx -> CommitRows.sets(tx, from, PAGE));
      for (var set : page.entrySet()) {
        beyond = set.getKey();
        var commits = versions.read(tx -> setOf(tx, set.getValue()));
        if (!commits.isEmpty()) {
          sink.accept(set.getValue(), commits);
        }
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }
}
