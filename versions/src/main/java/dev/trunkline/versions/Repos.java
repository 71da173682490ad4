package dev.trunkline.versions;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.BranchRows.BranchRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Repos and branches: looking and listing.
public final class Repos {
  private static final int PAGE = 256;

  private final Versions versions;

  Repos(Versions versions) {
    this.versions = versions;
  }

  /// The repo as it is.
  public RepoInfo inspect(RepoName repo) {
    return versions.read(tx ->
        infos(tx, List.of(RepoRows.find(tx, repo).orElseThrow(() -> Missing.repo(repo))))
            .getFirst());
  }

  /// Every repo, by project and name.
  public List<RepoInfo> list() {
    var all = new ArrayList<RepoInfo>();
    list("", List.of(), new Slice(0, Long.MAX_VALUE), all::add);
    return all;
  }

  /// The repos of a type and of some projects (all where empty), by project and name.
  public void list(String type, List<String> projects, Slice slice, Consumer<RepoInfo> sink) {
    long offset = slice.offset();
    long left = slice.limit();
    while (left > 0) {
      var filter = new RepoRows.Filter(type, projects, Math.min(left, PAGE), offset);
      var page = versions.read(tx -> infos(tx, RepoRows.list(tx, filter)));
      page.forEach(sink);
      offset += page.size();
      left = page.size() < PAGE ? 0 : left - page.size();
    }
  }

  /// A part of a list.
  public record Slice(long offset, long limit) {}

  private static List<RepoInfo> infos(Tx tx, List<RepoRows.RepoRow> rows) {
    var keys = rows.stream().map(RepoRows.RepoRow::key).toList();
    var heads = RepoRows.heads(tx, keys);
    var metadata = MetadataRows.of(tx, MetadataRows.REPO, keys);
    return rows.stream()
        .map(row -> {
          var branches = heads.getOrDefault(row.key(), List.of());
          return new RepoInfo(
              row.name(),
              row.description(),
              Clock.ofMicros(row.created()),
              branches.stream().mapToLong(RepoRows.Head::size).sum(),
              branches.stream().map(RepoRows.Head::branch).toList(),
              metadata.getOrDefault(row.key(), Map.of()));
        })
        .toList();
  }

  /// The branch as it is.
  public BranchInfo inspect(BranchName branch) {
    return versions.read(tx ->
        branchInfos(
                tx, List.of(BranchRows.find(tx, branch).orElseThrow(() -> Missing.branch(branch))))
            .getFirst());
  }

  /// The branches of a repo, newest first.
  public List<BranchInfo> branches(RepoName repo) {
    var all = new ArrayList<BranchInfo>();
    branches(Optional.of(repo), false, all::add);
    return all;
  }

  /// The branches of a repo, or of all repos: newest first, or oldest first.
  public void branches(Optional<RepoName> repo, boolean oldestFirst, Consumer<BranchInfo> sink) {
    long beyond = oldestFirst ? 0 : Long.MAX_VALUE;
    while (true) {
      long from = beyond;
      var keys = new ArrayList<Long>();
      var page =
          versions.read(tx -> {
            var rows = BranchRows.page(tx, key(tx, repo), from, oldestFirst, PAGE);
            rows.forEach(row -> keys.add(row.key()));
            return branchInfos(tx, rows);
          });
      page.forEach(sink);
      if (page.size() < PAGE) {
        return;
      }
      beyond = keys.getLast();
    }
  }

  private static OptionalLong key(Tx tx, Optional<RepoName> repo) {
    return repo.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            RepoRows.find(tx, repo.get()).orElseThrow(() -> Missing.repo(repo.get())).key());
  }

  /// What can be reached from a branch along provenance, nearest first.
  public List<BranchInfo> reachable(
      BranchName start, boolean upstream, long mostBranches, long mostDepth) {
    return versions.read(tx -> {
      var row = BranchRows.find(tx, start).orElseThrow(() -> Missing.branch(start));
      var found = new LinkedHashSet<Long>();
      Collection<Long> level = List.of(row.key());
      for (long depth = 0; depth < mostDepth && !level.isEmpty(); depth++) {
        var next = new LinkedHashSet<Long>();
        for (long key : level) {
          var near =
              upstream ? BranchEdgeRows.upstream(tx, key) : BranchEdgeRows.downstream(tx, key);
          near.stream().map(BranchRow::key).filter(k -> !found.contains(k)).forEach(next::add);
        }
        found.addAll(next);
        level = next;
      }
      var wanted = found.stream().limit(mostBranches).toList();
      var rows = new HashMap<Long, BranchRow>();
      BranchRows.all(tx, wanted).forEach(branch -> rows.put(branch.key(), branch));
      return branchInfos(tx, wanted.stream().map(rows::get).toList());
    });
  }

  private static List<BranchInfo> branchInfos(Tx tx, List<BranchRow> rows) {
    var keys = rows.stream().map(BranchRow::key).toList();
    var edges = BranchEdgeRows.into(tx, keys);
    var above = BranchEdgeRows.closures(tx, keys, true);
    var below = BranchEdgeRows.closures(tx, keys, false);
    var triggers = TriggerRows.of(tx, keys);
    var metadata = MetadataRows.of(tx, MetadataRows.BRANCH, keys);
    var mentioned = new LinkedHashSet<Long>();
    above.values().forEach(mentioned::addAll);
    below.values().forEach(mentioned::addAll);
    var names = new HashMap<Long, BranchName>();
    BranchRows.all(tx, mentioned).forEach(branch -> names.put(branch.key(), branch.name()));
    return rows.stream()
        .map(row -> {
          var into = edges.getOrDefault(row.key(), List.of());
          return new BranchInfo(
              row.name(),
              row.headName(),
              into.stream().map(edge -> name(names, edge.upstream())).toList(),
              into.stream()
                  .filter(BranchEdgeRows.Edge::never)
                  .map(edge -> name(names, edge.upstream()))
                  .toList(),
              above.getOrDefault(row.key(), List.of()).stream().map(k -> name(names, k)).toList(),
              below.getOrDefault(row.key(), List.of()).stream().map(k -> name(names, k)).toList(),
              Optional.ofNullable(triggers.get(row.key())),
              metadata.getOrDefault(row.key(), Map.of()),
              Clock.ofMicros(row.created()),
              Clock.ofMicros(row.updated()),
              row.createdBy());
        })
        .toList();
  }

  private static BranchName name(Map<Long, BranchName> names, long key) {
    return dev.trunkline.base.Check.present(names.get(key), "an edge joins branches that exist");
  }

  /// How many repos that hold data a project has, and how large they are; empty where it has none.
  public Optional<Summary> summary(String project) {
    var found = new long[2];
    list(
        RepoName.USER,
        List.of(project),
        new Slice(0, Long.MAX_VALUE),
        repo -> {
          found[0]++;
          found[1] += repo.size();
        });
    if (found[0] == 0) {
      return Optional.empty();
    }
    return Optional.of(new Summary(project, found[0], found[1]));
  }

  /// What a project holds.
  public record Summary(String project, long repos, long bytes) {}

  /// Refuses an offset or a limit below zero.
  public static Slice slice(long page, long size) {
    if (page < 0 || size < 0) {
      throw Refusal.invalid("page_index and page_size must not be negative");
    }
    return size == 0
        ? new Slice(0, Long.MAX_VALUE)
        : new Slice(Math.multiplyExact(page, size), size);
  }
}
