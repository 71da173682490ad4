package dev.trunkline.pipelines;

import dev.trunkline.base.Clock;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import dev.trunkline.planning.Plan;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The table of jobs.
final class JobRows {
  private static final String SELECT =
      """
      select j.id, j.pipeline, j.set_id, j.version, j.state, j.reason, j.waiting, j.waiting_since,
        j.restart, j.salt, j.total, j.processed, j.skipped, j.failed, j.recovered, j.downloaded,
        j.uploaded, j.download_nanos, j.process_nanos, j.upload_nanos, j.failure, j.created, j.started, j.finished, j.planned,
        j.beside, j.plan, j.results, j.redo, p.project, p.name
      from pipelines_jobs j join pipelines_pipelines p on p.id = j.pipeline
      """;

  private JobRows() {}

  /// Makes a job, which runs when it is its turn. The jobs of a set are made in one transaction and
  /// still one after the other, for whoever pages through them by the time they were made.
  static void insert(Tx tx, PipelineInfo pipeline, String id) {
    var turn = Wait.turn(pipeline.spec().parallelism());
    tx.handle()
        .createUpdate(
            """
            insert into pipelines_jobs
              (pipeline, set_id, version, state, reason, salt, created, waiting, waiting_since,
                awaits)
            values (:pipeline, :id, :version, 'CREATED', '', :salt,
              :now + (select count(*) from pipelines_jobs where set_id = :id),
              :waiting, :now, :awaits)
            on conflict (pipeline, set_id) do nothing
            """)
        .bind("pipeline", pipeline.key())
        .bind("id", id)
        .bind("version", pipeline.version())
        .bind("salt", pipeline.salt())
        .bind("waiting", turn.words())
        .bind("awaits", turn.key())
        .bind("now", tx.micros())
        .execute();
    WaitRows.wakeNext(tx, pipeline.key());
  }

  static void setState(Tx tx, long job, JobInfo.State state, String reason) {
    tx.handle()
        .createUpdate("update pipelines_jobs set state = :state, reason = :reason where id = :id")
        .bind("state", state.name())
        .bind("reason", reason)
        .bind("id", job)
        .execute();
  }

  static void noteStart(Tx tx, long job) {
    note(tx, job, "started = coalesce(started, :now)");
  }

  static void noteEnd(Tx tx, long job) {
    note(tx, job, "finished = :now, started = coalesce(started, :now)");
  }

  private static void note(Tx tx, long job, String times) {
    tx.handle()
        .createUpdate("update pipelines_jobs set " + times + " where id = :id")
        .bind("now", tx.micros())
        .bind("id", job)
        .execute();
  }

  static void countRestart(Tx tx, long job) {
    tx.handle()
        .createUpdate(
            "update pipelines_jobs set restart = restart + 1, beside = null where id = :id")
        .bind("id", job)
        .execute();
  }

  static void setBeside(Tx tx, long job, long base) {
    tx.handle()
        .createUpdate("update pipelines_jobs set beside = :base where id = :id")
        .bind("base", base)
        .bind("id", job)
        .execute();
  }

  static void forget(Tx tx, long job) {
    tx.handle()
        .createUpdate("update pipelines_jobs set deleted = true where id = :id")
        .bind("id", job)
        .execute();
  }

  static void setCounts(Tx tx, long job, JobInfo.Counts counts, String failure) {
    tx.handle()
        .createUpdate(
            """
            update pipelines_jobs set total = :total, processed = :processed, skipped = :skipped,
              failed = :failed, recovered = :recovered, downloaded = :downloaded,
              uploaded = :uploaded, download_nanos = :downloadNanos,
              process_nanos = :processNanos, upload_nanos = :uploadNanos, failure = :failure
            where id = :id
            """)
        .bindMethods(counts)
        .bind("failure", failure)
        .bind("id", job)
        .execute();
  }

  static void setPlan(Tx tx, long job, String inputHash, Plan plan, String planned) {
    tx.handle()
        .createUpdate(
            """
            update pipelines_jobs set input_hash = :hash, plan = :plan, origin = :origin,
              planned = :planned, total = :total
            where id = :id
            """)
        .bind("hash", inputHash)
        .bind("plan", plan.datums().encode())
        .bind("origin", plan.encodeOrigin())
        .bind("planned", planned)
        .bind("total", plan.total())
        .bind("id", job)
        .execute();
  }

  static void setResults(Tx tx, long job, Root results, Root redo) {
    tx.handle()
        .createUpdate("update pipelines_jobs set results = :results, redo = :redo where id = :id")
        .bind("results", results.encode())
        .bind("redo", redo.encode())
        .bind("id", job)
        .execute();
  }

  /// The plan of a job that has one.
  static Optional<Plan> plan(Tx tx, long job) {
    return tx.handle()
        .createQuery("select plan, origin from pipelines_jobs where id = :id and plan is not null")
        .bind("id", job)
        .map((rs, _) -> Plan.decode(Root.decode(rs.getBytes("plan")), rs.getBytes("origin")))
        .findOne();
  }

  /// The newest plan of the same input, whatever became of its job.
  static Optional<Origin> origin(Tx tx, long pipeline, String inputHash) {
    return tx.handle()
        .createQuery(
            """
            select set_id, plan, origin from pipelines_jobs
            where pipeline = :pipeline and input_hash = :hash
            order by id desc limit 1
            """)
        .bind("pipeline", pipeline)
        .bind("hash", inputHash)
        .map((rs, _) ->
            new Origin(
                rs.getString("set_id"),
                Plan.decode(Root.decode(rs.getBytes("plan")), rs.getBytes("origin"))))
        .findOne();
  }

  static Optional<JobInfo> find(Tx tx, long key) {
    return tx.handle()
        .createQuery(SELECT + "where j.id = :id and j.deleted = false")
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
                  and j.set_id = :id and j.deleted = false
                """)
        .bind("project", name.project())
        .bind("name", name.name())
        .bind("id", id)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  /// The results that an output commit was made from, whether its job can still be seen or not.
  static Optional<Root> results(Tx tx, long pipeline, String id) {
    return tx.handle()
        .createQuery(
            """
            select results from pipelines_jobs
            where pipeline = :pipeline and set_id = :id and results is not null
            """)
        .bind("pipeline", pipeline)
        .bind("id", id)
        .mapTo(byte[].class)
        .map(Root::decode)
        .findOne();
  }

  static List<JobInfo> ofSet(Tx tx, String id) {
    return tx.handle()
        .createQuery(
            SELECT
                + "where j.set_id = :id and p.deleted = false and j.deleted = false order by j.id")
        .bind("id", id)
        .map((rs, _) -> row(rs))
        .list();
  }

  /// The jobs of a pipeline that can still be stopped, oldest first.
  static List<JobInfo> open(Tx tx, long pipeline) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where j.pipeline = :pipeline and j.deleted = false
                  and j.state in ('CREATED', 'STARTING', 'RUNNING')
                order by j.id
                """)
        .bind("pipeline", pipeline)
        .map((rs, _) -> row(rs))
        .list();
  }

  /// Whether a pipeline has a job that is not over.
  static boolean anyUnfinished(Tx tx, long pipeline) {
    return tx.handle()
        .createQuery(
            """
            select 1 from pipelines_jobs where pipeline = :pipeline and deleted = false
              and state in ('CREATED', 'STARTING', 'RUNNING', 'FINISHING') limit 1
            """)
        .bind("pipeline", pipeline)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  private static Optional<Instant> time(ResultSet rs, String column) throws SQLException {
    return number(rs, column).map(Clock::ofMicros);
  }

  private static Optional<Long> number(ResultSet rs, String column) throws SQLException {
    long value = rs.getLong(column);
    return rs.wasNull() ? Optional.empty() : Optional.of(value);
  }

  private static Optional<Root> root(ResultSet rs, String column) throws SQLException {
    return Optional.ofNullable(rs.getBytes(column)).map(Root::decode);
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
            rs.getLong("download_nanos"),
            rs.getLong("process_nanos"),
            rs.getLong("upload_nanos"));
    return new JobInfo(
        rs.getLong("id"),
        rs.getLong("pipeline"),
        new PipelineName(rs.getString("project"), rs.getString("name")),
        rs.getString("set_id"),
        rs.getLong("version"),
        JobInfo.State.valueOf(rs.getString("state")),
        rs.getString("reason"),
        rs.getString("waiting"),
        time(rs, "waiting_since"),
        rs.getLong("restart"),
        rs.getString("salt"),
        counts,
        Clock.ofMicros(rs.getLong("created")),
        time(rs, "started"),
        time(rs, "finished"),
        rs.getString("failure"),
        rs.getString("planned"),
        number(rs, "beside"),
        root(rs, "plan"),
        root(rs, "results"),
        root(rs, "redo"));
  }

  /// A plan to derive the next one from, and the job that made it.
  record Origin(String job, Plan plan) {}
}
