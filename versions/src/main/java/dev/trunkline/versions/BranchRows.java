package dev.trunkline.versions;

import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// The tables of branches and of the edges between them.
final class BranchRows {
  private static final String SELECT =
      """
      select b.*, r.project as project, r.name as repo_name, r.type as type
      from versions_branches b join versions_repos r on r.id = b.repo
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
    return tx.handle()
        .createQuery(SELECT + "where b.repo = :repo order by b.id desc")
        .bind("repo", repo)
        .map((rs, _) -> row(rs))
        .list();
  }

  static List<BranchRow> all(Tx tx) {
    return tx.handle()
        .createQuery(SELECT + "where r.deleted = false order by b.id desc")
        .map((rs, _) -> row(rs))
        .list();
  }

  static void delete(Tx tx, long branch) {
    for (var sql :
        List.of(
            "delete from versions_branch_provenance where branch = :id or upstream = :id",
            "update versions_commits set branch = null where branch = :id",
            "delete from versions_branches where id = :id")) {
      tx.handle().createUpdate(sql).bind("id", branch).execute();
    }
  }

  static void setProvenance(Tx tx, long branch, List<Long> upstream) {
    tx.handle()
        .createUpdate("delete from versions_branch_provenance where branch = :id")
        .bind("id", branch)
        .execute();
    var batch =
        tx.handle()
            .prepareBatch(
                """
                insert into versions_branch_provenance (branch, upstream, ordinal, never)
                values (:branch, :upstream, :ordinal, false)
                """);
    for (int i = 0; i < upstream.size(); i++) {
      batch.bind("branch", branch).bind("upstream", upstream.get(i)).bind("ordinal", i).add();
    }
    if (!upstream.isEmpty()) {
      batch.execute();
    }
  }

  static List<BranchRow> upstream(Tx tx, long branch) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                join versions_branch_provenance p on p.upstream = b.id
                where p.branch = :id order by p.ordinal
                """)
        .bind("id", branch)
        .map((rs, _) -> row(rs))
        .list();
  }

  static List<BranchRow> downstream(Tx tx, long branch) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                join versions_branch_provenance p on p.branch = b.id
                where p.upstream = :id order by b.id
                """)
        .bind("id", branch)
        .map((rs, _) -> row(rs))
        .list();
  }

  private static BranchRow row(ResultSet rs) throws SQLException {
    var repo =
        new RepoName(rs.getString("project"), rs.getString("repo_name"), rs.getString("type"));
    return new BranchRow(
        rs.getLong("id"),
        rs.getLong("repo"),
        new BranchName(repo, rs.getString("name")),
        rs.getLong("head"),
        rs.getLong("created"),
        rs.getLong("updated"));
  }

  /// A branch.
  record BranchRow(long key, long repo, BranchName name, long head, long created, long updated) {}
}
