package dev.trunkline.versions;

import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.BranchRows.BranchRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The table of edges between branches: which branch is made from which.
final class BranchEdgeRows {
  private BranchEdgeRows() {}

  static void set(Tx tx, long branch, List<Edge> edges) {
    tx.handle()
        .createUpdate("delete from versions_branch_provenance where branch = :id")
        .bind("id", branch)
        .execute();
    if (edges.isEmpty()) {
      return;
    }
    var batch =
        tx.handle()
            .prepareBatch(
                """
                insert into versions_branch_provenance (branch, upstream, ordinal, never)
                values (:branch, :upstream, :ordinal, :never)
                """);
    for (int i = 0; i < edges.size(); i++) {
      batch
          .bind("branch", branch)
          .bind("upstream", edges.get(i).upstream())
          .bind("never", edges.get(i).never())
          .bind("ordinal", i)
          .add();
    }
    batch.execute();
  }

  /// The edges into these branches, in order.
  static Map<Long, List<Edge>> into(Tx tx, Collection<Long> branches) {
    var found = new HashMap<Long, List<Edge>>();
    if (branches.isEmpty()) {
      return found;
    }
    tx.handle()
        .createQuery(
            """
            select * from versions_branch_provenance where branch in (<ids>)
            order by branch, ordinal
            """)
        .bindList("ids", List.copyOf(branches))
        .map((rs, _) ->
            found
                .computeIfAbsent(rs.getLong("branch"), _ -> new ArrayList<>())
                .add(new Edge(rs.getLong("upstream"), rs.getBoolean("never"))))
        .list();
    return found;
  }

  /// The branches that are made from `branch` directly.
  static List<BranchRow> downstream(Tx tx, long branch) {
    return BranchRows.list(
        tx,
        "join versions_branch_provenance p on p.branch = b.id where p.upstream = :id order by b.id",
        branch);
  }

  /// The branches that `branch` is made from directly.
  static List<BranchRow> upstream(Tx tx, long branch) {
    return BranchRows.list(
        tx,
        "join versions_branch_provenance p on p.upstream = b.id where p.branch = :id order by"
            + " p.ordinal",
        branch);
  }

  /// For each of `starts` the branches that can be reached from it, nearest first.
  static Map<Long, List<Long>> closures(Tx tx, Collection<Long> starts, boolean upstream) {
    var found = new HashMap<Long, List<Long>>();
    if (starts.isEmpty()) {
      return found;
    }
    var from = upstream ? "branch" : "upstream";
    var to = upstream ? "upstream" : "branch";
    tx.handle()
        .createQuery(
            """
            with recursive reached (origin, id, depth) as (
              select p.%1$s, p.%2$s, 1 from versions_branch_provenance p where p.%1$s in (<starts>)
              union
              select reached.origin, p.%2$s, reached.depth + 1
              from reached join versions_branch_provenance p on p.%1$s = reached.id
              where reached.depth < 10000
            )
            select origin, id from reached group by origin, id order by origin, min(depth), id
            """
                .formatted(from, to))
        .bindList("starts", List.copyOf(starts))
        .map((rs, _) ->
            found
                .computeIfAbsent(rs.getLong("origin"), _ -> new ArrayList<>())
                .add(rs.getLong("id")))
        .list();
    return found;
  }

  /// The branches that follow from `moved` over edges that propagate, `moved` only where they
  /// follow from each other.
  static List<Long> affected(Tx tx, Collection<Long> moved) {
    return tx.handle()
        .createQuery(
            """
            with recursive reached (id) as (
              select p.branch from versions_branch_provenance p
              where p.upstream in (<moved>) and p.never = false
              union
              select p.branch from reached
              join versions_branch_provenance p on p.upstream = reached.id and p.never = false
            )
            select id from reached order by id
            """)
        .bindList("moved", List.copyOf(moved))
        .mapTo(Long.class)
        .list();
  }

  /// All branches that hang together with one of `starts`, in either direction.
  static Set<Long> component(Tx tx, long start) {
    return tx.handle()
        .createQuery(
            """
            with recursive reached (id) as (
              select b.id from versions_branches b where b.id = :start
              union
              select case when p.branch = reached.id then p.upstream else p.branch end
              from reached join versions_branch_provenance p
                on p.branch = reached.id or p.upstream = reached.id
            )
            select id from reached
            """)
        .bind("start", start)
        .mapTo(Long.class)
        .set();
  }

  static void cut(Tx tx, long branch) {
    tx.handle()
        .createUpdate("delete from versions_branch_provenance where branch = :id or upstream = :id")
        .bind("id", branch)
        .execute();
  }

  /// An edge from a source; one that never propagates makes no commits.
  record Edge(long upstream, boolean never) {}
}
