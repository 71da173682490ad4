package dev.trunkline.pipelines;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Tx;
import java.util.Collection;
import java.util.List;

/// Pages of jobs by key: one statement a page, whatever was asked for.
final class JobPageRows {
  private static final String FROM =
      """
      from pipelines_jobs j join pipelines_pipelines p on p.id = j.pipeline
      where p.deleted = false and j.deleted = false
      """;

  private JobPageRows() {}

  /// The next `limit` jobs beyond the one with key `beyond`.
  static List<JobInfo> page(Tx tx, JobQuery query, long beyond, int limit) {
    var history = query.history() < 0 ? "" : " and j.version >= p.version - :history";
    return select(tx, "select j.*, p.project, p.name ", history, query, beyond, limit)
        .map((rs, _) -> JobRows.row(rs))
        .list();
  }

  /// The keys and ids of the next `limit` sets, each represented by its newest job.
  static List<JobSet> sets(Tx tx, JobQuery query, long beyond, int limit) {
    var newest =
        """
         and not exists (select 1 from pipelines_jobs k
           join pipelines_pipelines q on q.id = k.pipeline
           where k.set_id = j.set_id and k.id > j.id and q.deleted = false and k.deleted = false)
        """;
    return select(tx, "select j.id, j.set_id ", newest, query, beyond, limit)
        .map((rs, _) -> new JobSet(rs.getLong("id"), rs.getString("set_id")))
        .list();
  }

  private static org.jdbi.v3.core.statement.Query select(
      Tx tx, String what, String filter, JobQuery query, long beyond, int limit) {
    var sql = new StringBuilder(what).append(FROM).append(filter);
    if (query.pipeline().isPresent()) {
      sql.append(" and p.project = :project and p.name = :name");
    }
    if (!query.projects().isEmpty()) {
      sql.append(" and p.project in (<projects>)");
    }
    if (query.marker().isPresent()) {
      sql.append(query.oldestFirst() ? " and j.created > :marker" : " and j.created < :marker");
    }
    sql.append(
        query.oldestFirst()
            ? " and j.id > :beyond order by j.id limit :limit"
            : " and j.id < :beyond order by j.id desc limit :limit");
    var statement = tx.handle().createQuery(sql.toString());
    statement.bind("beyond", beyond).bind("limit", limit);
    query.pipeline().ifPresent(p -> statement.bind("project", p.project()).bind("name", p.name()));
    query.marker().ifPresent(at -> statement.bind("marker", Clock.toMicros(at)));
    if (!query.projects().isEmpty()) {
      statement.bindList("projects", query.projects());
    }
    if (filter.contains(":history")) {
      statement.bind("history", query.history());
    }
    return statement;
  }

  /// The jobs of these sets, in the order of creation.
  static List<JobInfo> ofSets(Tx tx, Collection<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    return tx.handle()
        .createQuery(
            "select j.*, p.project, p.name " + FROM + " and j.set_id in (<ids>) order by j.id")
        .bindList("ids", List.copyOf(ids))
        .map((rs, _) -> JobRows.row(rs))
        .list();
  }

  /// A set of jobs, by the key of its newest.
  record JobSet(long key, String id) {}
}
