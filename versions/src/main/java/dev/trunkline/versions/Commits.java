package dev.trunkline.versions;

import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
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
    return versions.read(tx -> Resolver.resolve(tx, handle).info(tx));
  }

  /// The commit once it has come to `state`; a handle that names a branch is resolved once.
  public CommitInfo await(CommitHandle handle, CommitInfo.State state) {
    var name = inspect(handle).name();
    while (true) {
      long seen = changes.version();
      var commit = versions.read(tx -> current(tx, name, state));
      if (commit.isPresent()) {
        return commit.get();
      }
      pause(seen);
    }
  }

  private void pause(long seen) {
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
      throw new Refusal(Refusal.Kind.GONE, "commit " + name + " was deleted");
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
    return CommitRows.page(tx, key, beyond, oldestFirst, PAGE).stream()
        .map(row -> row.info(tx))
        .toList();
  }

  /// The commits from `to` along parents, `from` excluded, as long as `sink` wants more.
  public void history(CommitHandle to, Optional<CommitHandle> from, Predicate<CommitInfo> sink) {
    var end = from.map(this::inspect).map(CommitInfo::key);
    var next = Optional.of(inspect(to));
    while (next.isPresent()) {
      var commit = next.get();
      if (end.isPresent() && end.get() == commit.key()) {
        return;
      }
      if (!sink.test(commit)) {
        return;
      }
      next = commit.parent().map(parent -> inspect(CommitHandle.of(parent)));
    }
  }

  /// Every commit of a repo in order, those to come included, each when it has come to `state`;
  /// never returns by itself.
  public void subscribe(
      RepoName repo,
      Predicate<CommitInfo> wanted,
      CommitInfo.State state,
      Consumer<CommitInfo> sink) {
    long beyond = 0;
    while (true) {
      long seen = changes.version();
      long from = beyond;
      var page = versions.read(tx -> page(tx, Optional.of(repo), from, true));
      for (var commit : page) {
        beyond = commit.key();
        if (wanted.test(commit)) {
          sink.accept(await(CommitHandle.of(commit.name()), state));
        }
      }
      if (page.isEmpty()) {
        pause(seen);
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
    var sorted = new LinkedHashMap<Long, CommitRow>();
    for (var commit : CommitRows.ofSet(tx, id)) {
      visit(tx, commit, sorted);
    }
    return sorted.values().stream().map(row -> row.info(tx)).toList();
  }

  private static void visit(Tx tx, CommitRow commit, Map<Long, CommitRow> sorted) {
    if (!sorted.containsKey(commit.key())) {
      CommitRows.upstream(tx, commit.key()).forEach(above -> visit(tx, above, sorted));
      sorted.put(commit.key(), commit);
    }
  }

  /// The ids of all commit sets, the one with the newest commit first.
  public List<String> sets() {
    var newest = new HashMap<String, Long>();
    list(
        Optional.empty(),
        true,
        commit -> {
          newest.put(commit.name().id(), commit.key());
          return true;
        });
    var ids = new ArrayList<>(newest.keySet());
    ids.sort(Collections.reverseOrder(java.util.Comparator.comparing(newest::get)));
    return ids;
  }
}
