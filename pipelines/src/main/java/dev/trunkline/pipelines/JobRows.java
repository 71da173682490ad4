package dev.trunkline.pipelines;

import dev.trunkline.base.Clock;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The tables of jobs, their checkpoints and their logs.
final class JobRows {
  private static final String SELECT =
      "select j.*, p.project, p.name from pipelines_jobs j join pipelines_pipelines p on p.id ="
          + " j.pipeline ";

  private JobRows() {}

  static void insert(Tx tx, long pipeline, String id, long version) {
    tx.handle()
        .createUpdate(
            """
            insert into pipelines_jobs (pipeline, set_id, version, state, reason, created)
            values (:pipeline, :id, :version, 'CREATED', '', :now)
            on conflict (pipeline, set_id) do nothing
            """)
        .bind("pipeline", pipeline)
        .bind("id", id)
        .bind("version", version)
        .bind("now", tx.micros())
        .execute();
  }

  static void start(Tx tx, long job, String salt) {
    tx.handle()
        .createUpdate(
            """
            update pipelines_jobs
            set state = 'RUNNING', salt = :salt,
              restart = case when started is null then restart else restart + 1 end,
              started = coalesce(started, :now)
            where id = :id
            """)
        .bind("salt", salt)
        .bind("now", tx.micros())
        .bind("id", job)
        .execute();
  }

  static void setState(Tx tx, long job, JobInfo.State state, String reason) {
    tx.handle()
        .createUpdate("update pipelines_jobs set state = :state, reason = :reason where id = :id")
        .bind("state", state.name())
        .bind("reason", reason)
        .bind("id", job)
        .execute();
    if (state.isTerminal()) {
      tx.handle()
          .createUpdate(
              """
              update pipelines_jobs set finished = :now, started = coalesce(started, :now)
              where id = :id
              """)
          .bind("now", tx.micros())
          .bind("id", job)
          .execute();
    }
  }

  static void setCounts(Tx tx, long job, JobInfo.Counts counts) {
    tx.handle()
        .createUpdate(
            """
            update pipelines_jobs set total = :total, processed = :processed, skipped = :skipped,
              failed = :failed, recovered = :recovered, downloaded = :downloaded,
              uploaded = :uploaded, process_nanos = :processNanos
            where id = :id
            """)
        .bindMethods(counts)
        .bind("id", job)
        .execute();
  }

  static void setTrees(Tx tx, long job, Root plan, Root results) {
    tx.handle()
        .createUpdate("update pipelines_jobs set plan = :plan, results = :results where id = :id")
        .bind("plan", plan.encode())
        .bind("results", results.encode())
        .bind("id", job)
        .execute();
  }

  static void addCheckpoint(Tx tx, long job, Root results) {
    append(tx, "pipelines_checkpoints", "results", job, results.encode());
  }

  static void delete(Tx tx, long job) {
    tx.handle().createUpdate("delete from pipelines_jobs where id = :id").bind("id", job).execute();
  }

  private static void append(Tx tx, String table, String column, long job, byte[] bytes) {
    tx.handle()
        .createUpdate(
            "insert into %s (job, sequence, %s) select :job, coalesce(max(sequence), 0) + 1, :bytes from %s where job = :job"
                .formatted(table, column, table))
        .bind("job", job)
        .bind("bytes", bytes)
        .execute();
  }

  static List<Root> checkpoints(Tx tx, long job) {
    return tx.handle()
        .createQuery("select results from pipelines_checkpoints where job = :job order by sequence")
        .bind("job", job)
        .mapTo(byte[].class)
        .map(Root::decode)
        .list();
  }

  static List<byte[]> logs(Tx tx, long job) {
    return tx.handle()
        .createQuery("select content from pipelines_log_segments where job = :job order by id")
        .bind("job", job)
        .mapTo(byte[].class)
        .list();
  }

  static Optional<JobInfo> find(Tx tx, long key) {
    return tx.handle()
        .createQuery(SELECT + "where j.id = :id")
        .bind("id", key)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  static Optional<JobInfo> find(Tx tx, PipelineName name, String id) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where p.project = :project and p.name = :name and p.deleted = false
                  and j.set_id = :id
                """)
        .bind("project", name.project())
        .bind("name", name.name())
        .bind("id", id)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  static List<JobInfo> ofSet(Tx tx, String id) {
    return tx.handle()
        .createQuery(SELECT + "where j.set_id = :id and p.deleted = false order by j.id")
        .bind("id", id)
        .map((rs, _) -> row(rs))
        .list();
  }

  /// The jobs of all pipelines, newest first.
  static List<JobInfo> all(Tx tx) {
    return tx.handle()
        .createQuery(SELECT + "where p.deleted = false order by j.id desc limit 10000")
        .map((rs, _) -> row(rs))
        .list();
  }

  static List<JobInfo> unfinished(Tx tx) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where p.deleted = false and j.state in ('CREATED', 'STARTING', 'RUNNING')
                order by j.id limit 1000
                """)
        .map((rs, _) -> row(rs))
        .list();
  }

  private static Optional<Instant> time(ResultSet rs, String column) throws SQLException {
    long value = rs.getLong(column);
    return rs.wasNull() ? Optional.empty() : Optional.of(Clock.ofMicros(value));
  }

  static JobInfo row(ResultSet rs) throws SQLException {
    var counts =
        new JobInfo.Counts(
            rs.getLong("total"),
            rs.getLong("processed"),
            rs.getLong("skipped"),
            rs.getLong("failed"),
            rs.getLong("recovered"),
            rs.getLong("downloaded"),
            rs.getLong("uploaded"),
            rs.getLong("process_nanos"));
    return new JobInfo(
        rs.getLong("id"),
        rs.getLong("pipeline"),
        new PipelineName(rs.getString("project"), rs.getString("name")),
        rs.getString("set_id"),
        rs.getLong("version"),
        JobInfo.State.valueOf(rs.getString("state")),
        rs.getString("reason"),
        rs.getLong("restart"),
        rs.getString("salt"),
        counts,
        Clock.ofMicros(rs.getLong("created")),
        time(rs, "started"),
        time(rs, "finished"),
        Optional.ofNullable(rs.getBytes("plan")).map(Root::decode),
        Optional.ofNullable(rs.getBytes("results")).map(Root::decode));
  }
}
