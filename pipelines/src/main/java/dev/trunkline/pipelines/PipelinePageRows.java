package dev.trunkline.pipelines;

import dev.trunkline.metadata.Tx;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Pages of pipelines and their versions.
final class PipelinePageRows {
  private PipelinePageRows() {}

  /// The next `limit` versions, the newest first.
  static List<PipelineInfo> page(
      Tx tx, PipelineQuery query, Optional<PipelineInfo> beyond, int limit) {
    var sql = new StringBuilder(PipelineRows.SELECT).append("where p.deleted = false");
    if (query.history() >= 0) {
      sql.append(" and v.version >= p.version - :history");
    }
    if (query.pipeline().isPresent()) {
      sql.append(" and p.project = :project and p.name = :name");
    }
    if (!query.projects().isEmpty()) {
      sql.append(" and p.project in (<projects>)");
    }
    if (beyond.isPresent()) {
      sql.append(" and (v.created, p.id, v.version) < (:created, :pipeline, :version)");
    }
    sql.append(" order by v.created desc, p.id desc, v.version desc limit :limit");
    var statement = tx.handle().createQuery(sql.toString()).bind("limit", limit);
    if (query.history() >= 0) {
      statement.bind("history", query.history());
    }
    query.pipeline().ifPresent(p -> statement.bind("project", p.project()).bind("name", p.name()));
    if (!query.projects().isEmpty()) {
      statement.bindList("projects", query.projects());
    }
    beyond.ifPresent(last ->
        statement
            .bind("created", dev.trunkline.base.Clock.toMicros(last.updated()))
            .bind("pipeline", last.key())
            .bind("version", last.version()));
    return statement.map((rs, _) -> PipelineRows.row(rs)).list();
  }

  /// These versions, in any order.
  static List<PipelineInfo> versions(Tx tx, List<JobPages.VersionKey> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return tx.handle()
        .createQuery(PipelineRows.SELECT + "where (v.pipeline, v.version) in (values <keys>)")
        .define(
            "keys",
            keys.stream()
                .map(key -> "(" + key.pipeline() + "," + key.version() + ")")
                .collect(Collectors.joining(",")))
        .map((rs, _) -> PipelineRows.row(rs))
        .list();
  }

  /// The version whose spec commit is this one.
  static Optional<PipelineInfo> ofSpecCommit(Tx tx, PipelineName name, String commit) {
    return tx.handle()
        .createQuery(
            PipelineRows.SELECT
                + """
                where p.project = :project and p.name = :name and p.deleted = false
                  and v.spec_commit = :commit
                """)
        .bind("project", name.project())
        .bind("name", name.name())
        .bind("commit", commit)
        .map((rs, _) -> PipelineRows.row(rs))
        .findOne();
  }
}
