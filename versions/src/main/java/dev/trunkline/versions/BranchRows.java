package dev.trunkline.versions;

import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The table of branches.
final class BranchRows {
  private static final String SELECT =
      """
      select b.*, r.project as project, r.name as repo_name, r.type as type, h.set_id as head_id
      from versions_branches b
      join versions_repos r on r.id = b.repo
      join versions_commits h on h.id = b.head
      """;

  private BranchRows() {}

  static long insert(Tx tx, long repo, String name, long head) {
    return tx.handle()
        .createQuery(
            """
            insert into versions_branches (repo, name, head, created, updated, created_by)
            values (:repo, :name, :head, :now, :now, '') returning id
            """)
        .bind("repo", repo)
        .bind("name", name)
        .bind("head", head)
        .bind("now", tx.micros())
        .mapTo(Long.class)
        .one();
  }

  static void moveHead(Tx tx, long branch, long head) {
    tx.handle()
        .createUpdate("update versions_branches set head = :head, updated = :now where id = :id")
        .bind("head", head)
        .bind("now", tx.micros())
        .bind("id", branch)
        .execute();
  }

  static Optional<BranchRow> find(Tx tx, BranchName branch) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where r.project = :project and r.name = :repo and r.type = :type
                  and r.deleted = false and b.name = :name
                """)
        .bind("project", branch.repo().project())
        .bind("repo", branch.repo().name())
        .bind("type", branch.repo().type())
        .bind("name", branch.name())
        .map((rs, _) -> row(rs))
        .findOne();
  }

  static Optional<BranchRow> find(Tx tx, long key) {
    return tx.handle()
        .createQuery(SELECT + "where b.id = :id")
        .bind("id", key)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  static List<BranchRow> ofRepo(Tx tx, long repo) {
    return list(tx, "where b.repo = :id order by b.id desc", repo);
  }

  /// Branches made before (or, where `ascending`, after) the one with key `beyond`: of one repo, or
  /// of all.
  static List<BranchRow> page(Tx tx, OptionalLong repo, long beyond, boolean ascending, int limit) {
    var query =
        tx.handle()
            .createQuery(
                SELECT
                    + "where r.deleted = false and "
                    + (ascending ? "b.id > :beyond" : "b.id < :beyond")
                    + (repo.isPresent() ? " and b.repo = :repo" : "")
                    + (ascending ? " order by b.id" : " order by b.id desc")
                    + " limit :limit")
            .bind("beyond", beyond)
            .bind("limit", limit);
    repo.ifPresent(key -> query.bind("repo", key));
    return query.map((rs, _) -> row(rs)).list();
  }

  static void delete(Tx tx, long branch) {
    BranchEdgeRows.cut(tx, branch);
    MetadataRows.clear(tx, MetadataRows.BRANCH, branch);
    for (var sql :
        List.of(
            "update versions_commits set branch = null where branch = :id",
            "delete from versions_triggers where branch = :id",
            "delete from versions_branches where id = :id")) {
      tx.handle().createUpdate(sql).bind("id", branch).execute();
    }
  }

  static List<BranchRow> all(Tx tx, Collection<Long> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return tx.handle()
        .createQuery(SELECT + "where b.id in (<ids>) order by b.id")
        .bindList("ids", List.copyOf(keys))
        .map((rs, _) -> row(rs))
        .list();
  }

  /// The branches whose head `commit` is.
  static List<BranchRow> at(Tx tx, long commit) {
    return list(tx, "where b.head = :id order by b.id", commit);
  }

  static List<BranchRow> list(Tx tx, String where, long id) {
    return tx.handle().createQuery(SELECT + where).bind("id", id).map((rs, _) -> row(rs)).list();
  }

  /// Moves heads to the commits that `set` has in the repos of `branches`.
  static void moveHeads(Tx tx, Map<Long, Long> heads) {
    if (heads.isEmpty()) {
      return;
    }
    var batch =
        tx.handle()
            .prepareBatch(
                "update versions_branches set head = :head, updated = :now where id = :id");
    heads.forEach((branch, head) ->
        batch.bind("head", head).bind("now", tx.micros()).bind("id", branch).add());
    batch.execute();
  }

  /// Whether the head of one of these branches has lost its data.
  static boolean anyForgotten(Tx tx, Collection<Long> keys) {
    return !keys.isEmpty()
        && tx.handle()
            .createQuery(
                """
                select b.id from versions_branches b
                join versions_commits c on c.id = b.head and c.forgotten = true
                where b.id in (<ids>) limit 1
                """)
            .bindList("ids", List.copyOf(keys))
            .mapTo(Long.class)
            .findOne()
            .isPresent();
  }

  private static BranchRow row(ResultSet rs) throws SQLException {
    var repo =
        new RepoName(rs.getString("project"), rs.getString("repo_name"), rs.getString("type"));
    return new BranchRow(
        rs.getLong("id"),
        rs.getLong("repo"),
        new BranchName(repo, rs.getString("name")),
        rs.getLong("head"),
        new CommitName(repo, rs.getString("head_id")),
        rs.getLong("created"),
        rs.getLong("updated"),
        rs.getString("created_by"));
  }

  /// A branch.
  record BranchRow(
      long key,
      long repo,
      BranchName name,
      long head,
      CommitName headName,
      long created,
      long updated,
      String createdBy) {}
}
