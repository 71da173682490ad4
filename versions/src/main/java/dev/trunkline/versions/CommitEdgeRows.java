package dev.trunkline.versions;

import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What connects commits: parent links and provenance, read for many commits at once.
final class CommitEdgeRows {
  /// No answer lists more children, sources or followers of one commit.
  private static final int MOST = 10_000;

  private static final String NAMED =
      """
       c.set_id, r.project as project, r.name as repo_name, r.type as type, b.name as branch_name
      from versions_commits c
      join versions_repos r on r.id = c.repo and r.deleted = false
      left join versions_branches b on b.id = c.branch
      """;

  private CommitEdgeRows() {}

  static void add(Tx tx, Collection<Edge> edges) {
    if (edges.isEmpty()) {
      return;
    }
    var batch =
        tx.handle()
            .prepareBatch(
                """
                insert into versions_commit_provenance (commit_id, upstream, ordinal)
                values (:commit, :upstream, :ordinal)
                """);
    edges.forEach(edge ->
        batch
            .bind("commit", edge.commit)
            .bind("upstream", edge.upstream)
            .bind("ordinal", edge.ordinal)
            .add());
    batch.execute();
  }

  /// Edges from one commit to each of `upstream`, in that order.
  static List<Edge> edges(long commit, List<Long> upstream) {
    var edges = new ArrayList<Edge>();
    for (var source : new java.util.LinkedHashSet<>(upstream)) {
      edges.add(new Edge(commit, source, edges.size()));
    }
    return edges;
  }

  /// Takes a commit out of the graph: its children become those of its parent.
  static void bypass(Tx tx, long commit) {
    tx.handle()
        .createUpdate(
            """
            update versions_commits
            set parent = (select p.parent from versions_commits p where p.id = :id)
            where parent = :id
            """)
        .bind("id", commit)
        .execute();
    dropSources(tx, commit);
    tx.handle()
        .createUpdate("delete from versions_commit_provenance where upstream = :id")
        .bind("id", commit)
        .execute();
  }

  static void dropSources(Tx tx, long commit) {
    tx.handle()
        .createUpdate("delete from versions_commit_provenance where commit_id = :id")
        .bind("id", commit)
        .execute();
  }

  /// The keys of what each of these commits was made from.
  static Map<Long, List<Long>> sources(Tx tx, Collection<Long> commits) {
    var found = new HashMap<Long, List<Long>>();
    if (commits.isEmpty()) {
      return found;
    }
    tx.handle()
        .createQuery(
            """
            select commit_id, upstream from versions_commit_provenance
            where commit_id in (<ids>) order by commit_id, ordinal
            """)
        .bindList("ids", List.copyOf(commits))
        .map((rs, _) ->
            found
                .computeIfAbsent(rs.getLong("commit_id"), _ -> new ArrayList<>())
                .add(rs.getLong("upstream")))
        .list();
    return found;
  }

  static Map<Long, List<CommitInfo.Relative>> parents(Tx tx, Collection<Long> commits) {
    return relatives(
        tx, "select c.id as owner, 1 as nth," + NAMED + "where c.id in (<ids>)", commits);
  }

  static Map<Long, List<CommitInfo.Relative>> children(Tx tx, Collection<Long> commits) {
    return relatives(
        tx,
        "select c.parent as owner, row_number() over (partition by c.parent order by c.id desc) as"
            + " nth,"
            + NAMED
            + "where c.parent in (<ids>)",
        commits);
  }

  static Map<Long, List<CommitInfo.Relative>> upstream(Tx tx, Collection<Long> commits) {
    return relatives(
        tx,
        "select p.commit_id as owner, p.ordinal as nth,"
            + NAMED
            + "join versions_commit_provenance p on p.upstream = c.id where p.commit_id in (<ids>)",
        commits);
  }

  static Map<Long, List<CommitInfo.Relative>> downstream(Tx tx, Collection<Long> commits) {
    return relatives(
        tx,
        "select p.upstream as owner, row_number() over (partition by p.upstream order by c.id desc)"
            + " as nth,"
            + NAMED
            + "join versions_commit_provenance p on p.commit_id = c.id where p.upstream in (<ids>)",
        commits);
  }

  private static Map<Long, List<CommitInfo.Relative>> relatives(
      Tx tx, String query, Collection<Long> commits) {
    var found = new HashMap<Long, List<CommitInfo.Relative>>();
    if (commits.isEmpty()) {
      return found;
    }
    tx.handle()
        .createQuery(
            "select * from (" + query + ") x where nth <= " + MOST + " order by owner, nth")
        .bindList("ids", List.copyOf(commits))
        .map((rs, _) -> Map.entry(rs.getLong("owner"), relative(rs)))
        .forEach(e -> found.computeIfAbsent(e.getKey(), _ -> new ArrayList<>()).add(e.getValue()));
    return found;
  }

  private static CommitInfo.Relative relative(ResultSet rs) throws SQLException {
    var repo =
        new RepoName(rs.getString("project"), rs.getString("repo_name"), rs.getString("type"));
    var branch = rs.getString("branch_name");
    return new CommitInfo.Relative(
        new CommitName(repo, rs.getString("set_id")), branch == null ? "" : branch);
  }

  /// The commits that can be reached from `starts` along provenance, nearest first, `starts`
  /// excluded.
  static List<Long> closure(Tx tx, Collection<Long> starts, boolean upstream, Reach reach) {
    if (starts.isEmpty()) {
      return List.of();
    }
    var from = upstream ? "commit_id" : "upstream";
    var to = upstream ? "upstream" : "commit_id";
    return tx.handle()
        .createQuery(
            """
            with recursive reached (id, depth) as (
              select p.%2$s, 1 from versions_commit_provenance p where p.%1$s in (<starts>)
              union
              select p.%2$s, reached.depth + 1
              from reached join versions_commit_provenance p on p.%1$s = reached.id
              where reached.depth < :depth
            )
            select reached.id from reached
            join versions_commits c on c.id = reached.id
            join versions_repos r on r.id = c.repo and r.deleted = false
            where reached.id not in (<starts>)
            group by reached.id order by min(depth), reached.id limit :limit
            """
                .formatted(from, to))
        .bindList("starts", List.copyOf(starts))
        .bind("depth", reach.depth())
        .bind("limit", reach.limit())
        .mapTo(Long.class)
        .list();
  }

  /// How far a closure goes, and how many it lists.
  record Reach(long depth, long limit) {
    static final Reach ALL = new Reach(1_000_000, Long.MAX_VALUE);
  }

  /// One source of a commit.
  record Edge(long commit, long upstream, long ordinal) {}
}
