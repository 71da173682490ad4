package dev.trunkline.versions;

import dev.trunkline.base.Check;
import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.BranchRows.BranchRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The table of triggers.
final class TriggerRows {
  private TriggerRows() {}

  static void set(Tx tx, long branch, Trigger trigger) {
    tx.handle()
        .createUpdate(
            """
            insert into versions_triggers
              (branch, source, conjunction, rate_limit, size, commits, cron)
            values (:branch, :source, :all, :rate, :size, :commits, :cron)
            on conflict (branch) do update set source = excluded.source,
              conjunction = excluded.conjunction, rate_limit = excluded.rate_limit,
              size = excluded.size, commits = excluded.commits, cron = excluded.cron
            """)
        .bind("branch", branch)
        .bind("source", trigger.source())
        .bind("all", trigger.all())
        .bind("rate", trigger.rateLimit())
        .bind("size", trigger.size())
        .bind("commits", trigger.commits())
        .bind("cron", trigger.cron())
        .execute();
  }

  static Optional<Trigger> find(Tx tx, long branch) {
    return tx.handle()
        .createQuery("select * from versions_triggers where branch = :branch")
        .bind("branch", branch)
        .map((rs, _) -> trigger(rs))
        .findOne();
  }

  static Map<Long, Trigger> of(Tx tx, List<Long> branches) {
    if (branches.isEmpty()) {
      return Map.of();
    }
    return tx.handle()
        .createQuery("select * from versions_triggers where branch in (<ids>)")
        .bindList("ids", branches)
        .map((rs, _) -> Map.entry(rs.getLong("branch"), trigger(rs)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// The branches of a repo that have triggers.
  static List<Row> ofRepo(Tx tx, long repo) {
    var branches =
        BranchRows.list(tx, "join versions_triggers t on t.branch = b.id where b.repo = :id", repo);
    var triggers = of(tx, branches.stream().map(BranchRow::key).toList());
    return branches.stream()
        .map(b -> new Row(b, Check.present(triggers.get(b.key()), "the branch was found by it")))
        .toList();
  }

  static void dropWatchers(Tx tx, long repo, String source) {
    tx.handle()
        .createUpdate(
            """
            delete from versions_triggers where source = :source
              and branch in (select id from versions_branches where repo = :repo)
            """)
        .bind("source", source)
        .bind("repo", repo)
        .execute();
  }

  private static Trigger trigger(ResultSet rs) throws SQLException {
    return new Trigger(
        rs.getString("source"),
        rs.getBoolean("conjunction"),
        rs.getString("rate_limit"),
        rs.getString("size"),
        rs.getLong("commits"),
        rs.getString("cron"));
  }

  /// A branch and its trigger.
  record Row(BranchRow branch, Trigger trigger) {}
}
