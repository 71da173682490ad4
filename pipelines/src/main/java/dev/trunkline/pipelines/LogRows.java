package dev.trunkline.pipelines;

import dev.trunkline.metadata.Tx;
import java.util.List;
import java.util.Optional;

/// The table of log segments; their keys grow in the order in which they became durable.
final class LogRows {
  private LogRows() {}

  /// Adds a segment. The counter of changes is taken first: whoever adds another one waits for this
  /// transaction, so that no key becomes visible before a smaller one.
  static void add(Tx tx, JobInfo job, byte[] segment) {
    tx.handle().execute("update metadata_changes set number = number where id = 1");
    tx.handle()
        .createUpdate(
            """
            insert into pipelines_log_segments (pipeline, job, content)
            values (:pipeline, :job, :content)
            """)
        .bind("pipeline", job.pipelineKey())
        .bind("job", job.key())
        .bind("content", segment)
        .execute();
  }

  static List<LogPages.Segment> page(
      Tx tx, long pipeline, Optional<JobInfo> job, long beyond, int limit) {
    var which = job.isPresent() ? "s.job = :job" : "s.pipeline = :pipeline";
    var statement =
        tx.handle()
            .createQuery(
                """
                select s.id, s.job, j.set_id, s.content from pipelines_log_segments s
                join pipelines_jobs j on j.id = s.job
                where %s and s.id > :beyond order by s.id limit :limit
                """
                    .formatted(which))
            .bind("beyond", beyond)
            .bind("limit", limit);
    if (job.isPresent()) {
      statement.bind("job", job.get().key());
    } else {
      statement.bind("pipeline", pipeline);
    }
    return statement
        .map((rs, _) ->
            new LogPages.Segment(
                rs.getLong("id"),
                rs.getLong("job"),
                rs.getString("set_id"),
                LogLine.lines(rs.getBytes("content"))))
        .list();
  }
}
