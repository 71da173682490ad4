package dev.trunkline.pipelines;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The tables of pipelines and their versions.
final class PipelineRows {
  static final String SELECT =
      """
      select p.*, v.spec, v.user_json, v.effective_json, v.spec_commit, v.created as updated,
        v.version as at_version,
        (select j.state from pipelines_jobs j where j.pipeline = p.id and j.deleted = false
          order by j.id desc limit 1) as last_job
      from pipelines_pipelines p join pipelines_versions v on v.pipeline = p.id
      """;

  private PipelineRows() {}

  static long insert(Tx tx, PipelineName name, String salt) {
    return tx.handle()
        .createQuery(
            """
            insert into pipelines_pipelines
              (project, name, version, state, reason, stopped, salt, created)
            values (:project, :name, 0, 'STARTING', '', false, :salt, :now) returning id
            """)
        .bind("project", name.project())
        .bind("name", name.name())
        .bind("salt", salt)
        .bind("now", tx.micros())
        .mapTo(Long.class)
        .one();
  }

  static void addVersion(Tx tx, long key, long version, Submitted submitted, String specCommit) {
    tx.handle()
        .createUpdate(
            """
            insert into pipelines_versions
              (pipeline, version, spec, user_json, effective_json, spec_commit, created)
            values (:pipeline, :version, :spec, :user, :effective, :commit, :now)
            """)
        .bind("pipeline", key)
        .bind("version", version)
        .bind("spec", submitted.spec().encode())
        .bind("user", submitted.userJson())
        .bind("effective", submitted.effectiveJson())
        .bind("commit", specCommit)
        .bind("now", tx.micros())
        .execute();
  }

  static void moveTo(Tx tx, long key, long version, Submitted submitted, String salt) {
    tx.handle()
        .createUpdate(
            """
            update pipelines_pipelines
            set version = :version, salt = :salt, parallelism = :workers,
              autoscaling = :autoscaling
            where id = :id
            """)
        .bind("version", version)
        .bind("salt", salt)
        .bind("workers", submitted.spec().parallelism())
        .bind("autoscaling", submitted.spec().autoscaling())
        .bind("id", key)
        .execute();
  }

  static void setState(Tx tx, long key, PipelineInfo.State state, String reason) {
    tx.handle()
        .createUpdate(
            """
            update pipelines_pipelines set state = :state, reason = :reason,
              workers_started = case when :state in ('RUNNING', 'CRASHING')
                then coalesce(workers_started, :now) end
            where id = :id
            """)
        .bind("now", tx.micros())
        .bind("state", state.name())
        .bind("reason", reason)
        .bind("id", key)
        .execute();
  }

  static void setStopped(Tx tx, long key, boolean stopped) {
    tx.handle()
        .createUpdate("update pipelines_pipelines set stopped = :stopped where id = :id")
        .bind("stopped", stopped)
        .bind("id", key)
        .execute();
  }

  static void delete(Tx tx, long key) {
    tx.handle()
        .createUpdate("update pipelines_pipelines set deleted = true where id = :id")
        .bind("id", key)
        .execute();
  }

  /// Of the pipelines with these keys the versions that run now.
  static List<Workers.Version> working(Tx tx, List<Long> keys) {
    return tx.handle()
        .createQuery(
            """
            select id, version from pipelines_pipelines
            where id in (<keys>) and deleted = false and stopped = false
            """)
        .bindList("keys", keys)
        .map((rs, _) -> new Workers.Version(rs.getLong("id"), rs.getLong("version")))
        .list();
  }

  static Optional<PipelineInfo> find(Tx tx, PipelineName name) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where p.project = :project and p.name = :name and p.deleted = false
                  and v.version = p.version
                """)
        .bind("project", name.project())
        .bind("name", name.name())
        .map((rs, _) -> row(rs))
        .findOne();
  }

  static Optional<PipelineInfo> find(Tx tx, long key, long version) {
    return tx.handle()
        .createQuery(SELECT + "where p.id = :id and v.version = :version")
        .bind("id", key)
        .bind("version", version)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  /// Those whose state is not what it should be: nobody has looked at them yet, or those that scale
  /// have got work or have none left; with `crashing` also those that could not go on before.
  static List<PipelineInfo> unsettled(Tx tx, boolean crashing) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where p.deleted = false and p.stopped = false and v.version = p.version and p.id in (
                  select id from pipelines_pipelines where state = 'STARTING'
                  union all
                  select id from pipelines_pipelines where :crashing and state = 'CRASHING'
                  union all
                  select s.id from pipelines_pipelines s
                  where s.autoscaling = true and s.deleted = false
                    and s.state = case when exists (
                      select 1 from pipelines_jobs j where j.pipeline = s.id and j.deleted = false
                        and j.state in ('CREATED', 'STARTING', 'RUNNING', 'FINISHING')
                    ) then 'STANDBY' else 'RUNNING' end)
                """)
        .bind("crashing", crashing)
        .map((rs, _) -> row(rs))
        .list();
  }

  static List<PipelineInfo> all(Tx tx) {
    return tx.handle()
        .createQuery(
            SELECT
                + "where p.deleted = false and v.version = p.version order by v.created desc, p.id"
                + " desc")
        .map((rs, _) -> row(rs))
        .list();
  }

  static PipelineInfo row(ResultSet rs) throws SQLException {
    return new PipelineInfo(
        rs.getLong("id"),
        PipelineSpec.decode(rs.getBytes("spec")),
        rs.getLong("at_version"),
        PipelineInfo.State.valueOf(rs.getString("state")),
        rs.getString("reason"),
        rs.getBoolean("stopped"),
        rs.getString("salt"),
        rs.getString("user_json"),
        rs.getString("effective_json"),
        rs.getString("spec_commit"),
        Clock.ofMicros(rs.getLong("created")),
        Clock.ofMicros(rs.getLong("updated")),
        Optional.ofNullable(rs.getString("last_job")).map(JobInfo.State::valueOf),
        workersStarted(rs));
  }

  private static Optional<Instant> workersStarted(ResultSet rs) throws SQLException {
    long at = rs.getLong("workers_started");
    return rs.wasNull() ? Optional.empty() : Optional.of(Clock.ofMicros(at));
  }
}
