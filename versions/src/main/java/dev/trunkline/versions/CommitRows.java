package dev.trunkline.versions;

import dev.trunkline.base.Clock;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The tables of commits, of the edges between them, and of the layers of open ones.
final class CommitRows {
  private static final String SELECT =
      """
      select c.*, r.project as project, r.name as repo_name, r.type as type, b.name as branch_name
      from versions_commits c
      join versions_repos r on r.id = c.repo
      left join versions_branches b on b.id = c.branch
      """;

  private CommitRows() {}

  static long insert(Tx tx, New commit) {
    return tx.handle()
        .createQuery(
            """
            insert into versions_commits
              (repo, set_id, change_id, parent, branch, origin, description, error, started, created_by)
            values (:repo, :set, :set, :parent, :branch, :origin, :description, '', :now, '')
            returning id
            """)
        .bind("repo", commit.repo)
        .bind("set", tx.id())
        .bind("parent", boxed(commit.parent))
        .bind("branch", boxed(commit.branch))
        .bind("origin", commit.origin.code())
        .bind("description", commit.description)
        .bind("now", tx.micros())
        .mapTo(Long.class)
        .one();
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  static void setBranch(Tx tx, long commit, long branch) {
    tx.handle()
        .createUpdate("update versions_commits set branch = :branch where id = :id")
        .bind("branch", branch)
        .bind("id", commit)
        .execute();
  }

  static void addProvenance(Tx tx, long commit, List<Long> upstream) {
    if (upstream.isEmpty()) {
      return;
    }
    var batch =
        tx.handle()
            .prepareBatch(
                """
                insert into versions_commit_provenance (commit_id, upstream, ordinal)
                values (:commit, :upstream, :ordinal)
                """);
    for (int i = 0; i < upstream.size(); i++) {
      batch.bind("commit", commit).bind("upstream", upstream.get(i)).bind("ordinal", i).add();
    }
    batch.execute();
  }

  static void setFinishing(Tx tx, long commit, String error, String description) {
    tx.handle()
        .createUpdate(
            """
            update versions_commits set finishing = :now, error = :error,
              description = case when :description = '' then description else :description end
            where id = :id and finishing is null
            """)
        .bind("now", tx.micros())
        .bind("error", error)
        .bind("description", description)
        .bind("id", commit)
        .execute();
  }

  static void setFinished(Tx tx, long commit, OptionalLong base, Root total, Root diff) {
    tx.handle()
        .createUpdate(
            """
            update versions_commits
            set finished = :now, base = :base, total = :total, diff = :diff
            where id = :id
            """)
        .bind("now", tx.micros())
        .bind("base", boxed(base))
        .bind("total", total.encode())
        .bind("diff", diff.encode())
        .bind("id", commit)
        .execute();
  }

  static void setError(Tx tx, long commit, String error) {
    tx.handle()
        .createUpdate("update versions_commits set error = :error where id = :id")
        .bind("error", error)
        .bind("id", commit)
        .execute();
  }

  static void addLayer(Tx tx, long commit, Root layer) {
    tx.handle()
        .createUpdate(
            """
            insert into versions_layers (commit_id, ordinal, root)
            select :commit, coalesce(max(ordinal), -1) + 1, :root
            from versions_layers where commit_id = :commit
            """)
        .bind("commit", commit)
        .bind("root", layer.encode())
        .execute();
  }

  static void dropLayers(Tx tx, long commit) {
    tx.handle()
        .createUpdate("delete from versions_layers where commit_id = :commit")
        .bind("commit", commit)
        .execute();
  }

  static List<Root> layers(Tx tx, long commit) {
    return tx.handle()
        .createQuery("select root from versions_layers where commit_id = :commit order by ordinal")
        .bind("commit", commit)
        .mapTo(byte[].class)
        .map(Root::decode)
        .list();
  }

  static Optional<CommitRow> find(Tx tx, long key) {
    return tx.handle()
        .createQuery(SELECT + "where c.id = :id")
        .bind("id", key)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  static Optional<CommitRow> find(Tx tx, long repo, String id) {
    return tx.handle()
        .createQuery(SELECT + "where c.repo = :repo and c.set_id = :id")
        .bind("repo", repo)
        .bind("id", id)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  static List<CommitRow> ofSet(Tx tx, String id) {
    return tx.handle()
        .createQuery(SELECT + "where c.set_id = :id and r.deleted = false order by c.id")
        .bind("id", id)
        .map((rs, _) -> row(rs))
        .list();
  }

  /// Commits created before (or, where `ascending`, after) the one with key `beyond`.
  static List<CommitRow> page(Tx tx, OptionalLong repo, long beyond, boolean ascending, int limit) {
    var where = ascending ? "c.id > :beyond" : "c.id < :beyond";
    var order = ascending ? " order by c.id limit :limit" : " order by c.id desc limit :limit";
    var ofRepo = repo.isPresent() ? " and c.repo = :repo" : "";
    var query =
        tx.handle()
            .createQuery(SELECT + "where r.deleted = false and " + where + ofRepo + order)
            .bind("beyond", beyond)
            .bind("limit", limit);
    if (repo.isPresent()) {
      query.bind("repo", repo.getAsLong());
    }
    return query.map((rs, _) -> row(rs)).list();
  }

  static List<CommitRow> finishing(Tx tx) {
    return tx.handle()
        .createQuery(
            SELECT + "where c.finishing is not null and c.finished is null order by c.id limit 100")
        .map((rs, _) -> row(rs))
        .list();
  }

  static List<CommitRow> children(Tx tx, long commit) {
    return related(tx, "where c.parent = :id order by c.id limit 10000", commit);
  }

  static List<CommitRow> upstream(Tx tx, long commit) {
    return related(
        tx,
        """
        join versions_commit_provenance p on p.upstream = c.id
        where p.commit_id = :id order by p.ordinal
        """,
        commit);
  }

  static List<CommitRow> downstream(Tx tx, long commit) {
    return related(
        tx,
        """
        join versions_commit_provenance p on p.commit_id = c.id
        where p.upstream = :id order by c.id limit 10000
        """,
        commit);
  }

  private static List<CommitRow> related(Tx tx, String where, long commit) {
    return tx.handle()
        .createQuery(SELECT + where)
        .bind("id", commit)
        .map((rs, _) -> row(rs))
        .list();
  }

  private static CommitRow row(ResultSet rs) throws SQLException {
    var repo =
        new RepoName(rs.getString("project"), rs.getString("repo_name"), rs.getString("type"));
    return new CommitRow(
        rs.getLong("id"),
        rs.getLong("repo"),
        new CommitName(repo, rs.getString("set_id")),
        Optional.ofNullable(rs.getString("branch_name")),
        CommitInfo.Origin.of(rs.getInt("origin")),
        rs.getString("description"),
        rs.getString("error"),
        optional(rs, "parent"),
        rs.getLong("started"),
        optional(rs, "finishing"),
        optional(rs, "finished"),
        root(rs, "total"),
        root(rs, "diff"));
  }

  private static OptionalLong optional(ResultSet rs, String column) throws SQLException {
    long value = rs.getLong(column);
    return rs.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static Optional<Root> root(ResultSet rs, String column) throws SQLException {
    return Optional.ofNullable(rs.getBytes(column)).map(Root::decode);
  }

  /// What a new commit is made of.
  record New(
      long repo,
      OptionalLong parent,
      OptionalLong branch,
      CommitInfo.Origin origin,
      String description) {}

  /// A commit; times in microseconds.
  record CommitRow(
      long key,
      long repo,
      CommitName name,
      Optional<String> branch,
      CommitInfo.Origin origin,
      String description,
      String error,
      OptionalLong parent,
      long started,
      OptionalLong finishing,
      OptionalLong finished,
      Optional<Root> total,
      Optional<Root> diff) {

    boolean isOpen() {
      return finishing.isEmpty();
    }

    boolean isFinished() {
      return finished.isPresent();
    }

    CommitInfo info(Tx tx) {
      return new CommitInfo(
          key,
          name,
          branch,
          origin,
          description,
          parent.isPresent() ? find(tx, parent.getAsLong()).map(CommitRow::name) : Optional.empty(),
          Clock.ofMicros(started),
          time(finishing),
          time(finished),
          error,
          total,
          diff,
          children(tx, key).stream().map(CommitRow::name).toList(),
          upstream(tx, key).stream().map(CommitRow::name).toList(),
          downstream(tx, key).stream().map(CommitRow::name).toList(),
          "");
    }

    private static Optional<java.time.Instant> time(OptionalLong micros) {
      return micros.isPresent()
          ? Optional.of(Clock.ofMicros(micros.getAsLong()))
          : Optional.empty();
    }
  }
}
