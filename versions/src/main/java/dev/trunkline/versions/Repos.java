package dev.trunkline.versions;

import dev.trunkline.base.Clock;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.util.List;

/// Repos and branches: looking and listing.
public final class Repos {
  private final Versions versions;

  Repos(Versions versions) {
    this.versions = versions;
  }

  /// The repo as it is.
  public RepoInfo inspect(RepoName repo) {
    return versions.read(
        tx -> info(tx, RepoRows.find(tx, repo).orElseThrow(() -> Missing.repo(repo))));
  }

  /// Every repo, by project and name.
  public List<RepoInfo> list() {
    return versions.read(tx -> RepoRows.all(tx).stream().map(row -> info(tx, row)).toList());
  }

  private static RepoInfo info(Tx tx, RepoRows.RepoRow row) {
    var branches =
        BranchRows.ofRepo(tx, row.key()).stream().map(branch -> branch.name().name()).toList();
    long size =
        BranchRows.find(tx, new BranchName(row.name(), "master"))
            .flatMap(branch -> CommitRows.find(tx, branch.head()))
            .flatMap(CommitRows.CommitRow::total)
            .map(Root::summary)
            .map(summary -> summary.bytes())
            .orElse(0L);
    return new RepoInfo(
        row.name(), row.description(), Clock.ofMicros(row.created()), size, branches);
  }

  /// The branch as it is.
  public BranchInfo inspect(BranchName branch) {
    return versions.read(
        tx -> info(tx, BranchRows.find(tx, branch).orElseThrow(() -> Missing.branch(branch))));
  }

  /// The branches of a repo, newest first.
  public List<BranchInfo> branches(RepoName repo) {
    return versions.read(tx -> {
      var row = RepoRows.find(tx, repo).orElseThrow(() -> Missing.repo(repo));
      return BranchRows.ofRepo(tx, row.key()).stream().map(b -> info(tx, b)).toList();
    });
  }

  /// The branches of all repos, newest first.
  public List<BranchInfo> branches() {
    return versions.read(tx -> BranchRows.all(tx).stream().map(b -> info(tx, b)).toList());
  }

  private static BranchInfo info(Tx tx, BranchRows.BranchRow row) {
    return new BranchInfo(
        row.name(),
        CommitRows.find(tx, row.head()).orElseThrow().name(),
        names(BranchRows.upstream(tx, row.key())),
        names(Propagation.closure(tx, row.key(), true).values()),
        names(Propagation.closure(tx, row.key(), false).values()),
        Clock.ofMicros(row.created()),
        Clock.ofMicros(row.updated()),
        "");
  }

  private static List<BranchName> names(java.util.Collection<BranchRows.BranchRow> rows) {
    return rows.stream().map(BranchRows.BranchRow::name).toList();
  }
}
