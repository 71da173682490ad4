package dev.trunkline.versions;

import dev.trunkline.base.Clock;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
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

  private static final int BATCH = 256;

  private CommitRows() {}

  static long insert(Tx tx, String set, New commit) {
    return tx.handle()
        .createQuery(
            """
            insert into versions_commits
              (repo, set_id, change_id, parent, branch, origin, description, error, started, created_by)
            values (:repo, :set, :change, :parent, :branch, :origin, :description, '', :now, '')
            returning id
            """)
        .bind("repo", commit.repo)
        .bind("set", set)
        .bind("change", tx.id())
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

  /// Adds many commits that follow from others, in order, and returns their keys by repo.
  static Map<Long, Long> insertAll(Tx tx, String set, Collection<New> commits) {
    var batch =
        tx.handle()
            .prepareBatch(
                """
                insert into versions_commits
                  (repo, set_id, change_id, parent, branch, origin, description, error, started, created_by)
                values (:repo, :set, :change, :parent, :branch, :origin, '', '', :now, '')
                """);
    for (var commit : commits) {
      batch
          .bind("repo", commit.repo)
          .bind("set", set)
          .bind("change", tx.id())
          .bind("parent", boxed(commit.parent))
          .bind("branch", boxed(commit.branch))
          .bind("origin", commit.origin.code())
          .bind("now", tx.micros())
          .add();
    }
    batch.execute();
    return tx.handle()
        .createQuery("select repo, id from versions_commits where set_id = :set")
        .bind("set", set)
        .map((rs, _) -> Map.entry(rs.getLong("repo"), rs.getLong("id")))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
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

  /// Makes a finished commit without content an open one that a user started.
  static void reopen(Tx tx, long commit, CommitInfo.Origin origin, String description) {
    tx.handle()
        .createUpdate(
            """
            update versions_commits
            set origin = :origin, description = :description, finishing = null, finished = null,
              base = null, total = null, diff = null
            where id = :id
            """)
        .bind("origin", origin.code())
        .bind("description", description)
        .bind("id", commit)
        .execute();
  }

  /// Takes the data of a commit away and keeps the rest.
  static void forget(Tx tx, long commit) {
    tx.handle()
        .createUpdate(
            "update versions_commits set forgotten = true, total = null, diff = null where id ="
                + " :id")
        .bind("id", commit)
        .execute();
  }

  static void delete(Tx tx, long commit) {
    tx.handle()
        .createUpdate("delete from versions_commits where id = :id")
        .bind("id", commit)
        .execute();
  }

  static Optional<CommitRow> find(Tx tx, long key) {
    return tx.handle()
        .createQuery(SELECT + "where c.id = :id")
        .bind("id", key)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  /// The live commits with these keys, in the order of creation.
  static List<CommitRow> all(Tx tx, Collection<Long> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return tx.handle()
        .createQuery(SELECT + "where c.id in (<ids>) and r.deleted = false order by c.id")
        .bindList("ids", List.copyOf(keys))
        .map((rs, _) -> row(rs))
        .list();
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

  /// The sets that have commits, each with the key of its newest one, newest first.
  static Map<Long, String> sets(Tx tx, long beyond, int limit) {
    var page = new LinkedHashMap<Long, String>();
    tx.handle()
        .createQuery(
            """
            select c.id, c.set_id from versions_commits c
            join versions_repos r on r.id = c.repo and r.deleted = false
            where c.id < :beyond and not exists (
              select 1 from versions_commits d
              join versions_repos q on q.id = d.repo and q.deleted = false
              where d.set_id = c.set_id and d.id > c.id)
            order by c.id desc limit :limit
            """)
        .bind("beyond", beyond)
        .bind("limit", limit)
        .map((rs, _) -> Map.entry(rs.getLong("id"), rs.getString("set_id")))
        .forEach(e -> page.put(e.getKey(), e.getValue()));
    return page;
  }

  /// The repos that have commits to be finished.
  static List<Long> finishingRepos(Tx tx) {
    return tx.handle()
        .createQuery(
            """
            select c.repo from versions_commits c
            join versions_repos r on r.id = c.repo and r.deleted = false
            where c.finishing is not null and c.finished is null
            group by c.repo order by min(c.id)
            """)
        .mapTo(Long.class)
        .list();
  }

  static List<CommitRow> finishing(Tx tx, long repo, int limit) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where c.repo = :repo and c.finishing is not null and c.finished is null
                  and r.deleted = false
                order by c.id limit :limit
                """)
        .bind("repo", repo)
        .bind("limit", limit)
        .map((rs, _) -> row(rs))
        .list();
  }

  /// The commits of a repo that are not finished; looks at all that it has.
  static List<CommitRow> unfinished(Tx tx, long repo) {
    return tx.handle()
        .createQuery(SELECT + "where c.repo = :repo and c.finished is null order by c.id")
        .bind("repo", repo)
        .map((rs, _) -> row(rs))
        .list();
  }

  static List<CommitRow> children(Tx tx, long commit) {
    return related(tx, "where c.parent = :id order by c.id", commit);
  }

  static List<CommitRow> upstream(Tx tx, long commit) {
    return related(
        tx,
        """
        join versions_commit_provenance p on p.upstream = c.id
        where p.commit_id = :id and r.deleted = false order by p.ordinal
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

  /// The commit so many steps above `start`, or the root where there are fewer; with how many steps
  /// it took.
  static Ancestor ancestor(Tx tx, long start, long steps) {
    return tx.handle()
        .createQuery(
            """
            with recursive above (id, parent, steps) as (
              select c.id, c.parent, 0 from versions_commits c where c.id = :start
              union all
              select c.id, c.parent, above.steps + 1
              from above join versions_commits c on c.id = above.parent
              where above.steps < :steps
            )
            select id, steps from above order by steps desc limit 1
            """)
        .bind("start", start)
        .bind("steps", steps)
        .map((rs, _) -> new Ancestor(rs.getLong("id"), rs.getLong("steps")))
        .one();
  }

  /// `start` and what is above it, at most so many.
  static List<CommitRow> history(Tx tx, long start, int limit) {
    return tx.handle()
        .createQuery(
            """
            with recursive above (above_id, parent, steps) as (
              select c.id, c.parent, 0 from versions_commits c where c.id = :start
              union all
              select c.id, c.parent, above.steps + 1
              from above join versions_commits c on c.id = above.parent
              where above.steps + 1 < :limit
            )
            """
                + SELECT
                + "join above on above.above_id = c.id order by above.steps")
        .bind("start", start)
        .bind("limit", limit)
        .map((rs, _) -> row(rs))
        .list();
  }

  /// All there is to say about commits, in the order given: a few statements for all of them.
  static List<CommitInfo> infos(Tx tx, List<CommitRow> rows) {
    var infos = new ArrayList<CommitInfo>();
    for (int from = 0; from < rows.size(); from += BATCH) {
      infos.addAll(some(tx, rows.subList(from, Math.min(rows.size(), from + BATCH))));
    }
    return infos;
  }

  private static List<CommitInfo> some(Tx tx, List<CommitRow> rows) {
    var keys = rows.stream().map(CommitRow::key).toList();
    var above = new ArrayList<Long>();
    rows.forEach(row -> row.parent.ifPresent(above::add));
    var parents = CommitEdgeRows.parents(tx, above);
    var children = CommitEdgeRows.children(tx, keys);
    var upstream = CommitEdgeRows.upstream(tx, keys);
    var downstream = CommitEdgeRows.downstream(tx, keys);
    var metadata = MetadataRows.of(tx, MetadataRows.COMMIT, keys);
    return rows.stream()
        .map(row ->
            new CommitInfo(
                row.key,
                row.name,
                row.branch,
                row.origin,
                row.description,
                parents.getOrDefault(row.parent.orElse(-1), List.of()).stream()
                    .map(CommitInfo.Relative::name)
                    .findFirst(),
                Clock.ofMicros(row.started),
                CommitRow.time(row.finishing),
                CommitRow.time(row.finished),
                row.error,
                row.forgotten,
                row.total,
                row.diff,
                children.getOrDefault(row.key, List.of()),
                upstream.getOrDefault(row.key, List.of()),
                downstream.getOrDefault(row.key, List.of()),
                metadata.getOrDefault(row.key, Map.of()),
                row.createdBy))
        .toList();
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
        optional(rs, "base"),
        rs.getBoolean("forgotten"),
        rs.getLong("layers"),
        root(rs, "total"),
        root(rs, "diff"),
        rs.getString("created_by"));
  }

  private static OptionalLong optional(ResultSet rs, String column) throws SQLException {
    long value = rs.getLong(column);
    return rs.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static Optional<Root> root(ResultSet rs, String column) throws SQLException {
    return Optional.ofNullable(rs.getBytes(column)).map(Root::decode);
  }

  /// An ancestor, and how many steps above it is.
  record Ancestor(long key, long steps) {}

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
      OptionalLong base,
      boolean forgotten,
      long layers,
      Optional<Root> total,
      Optional<Root> diff,
      String createdBy) {

    boolean isOpen() {
      return finishing.isEmpty();
    }

    boolean isFinished() {
      return finished.isPresent();
    }

    CommitInfo info(Tx tx) {
      return infos(tx, List.of(this)).getFirst();
    }

    private static Optional<java.time.Instant> time(OptionalLong micros) {
      return micros.isPresent()
          ? Optional.of(Clock.ofMicros(micros.getAsLong()))
          : Optional.empty();
    }
  }
}
