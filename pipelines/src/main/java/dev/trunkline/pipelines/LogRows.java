package dev.trunkline.pipelines;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Tx;
import java.util.LinkedHashMap;
import java.util.List;

/// The table of log segments; their keys grow in the order in which they became durable.
final class LogRows {
  private LogRows() {}

  /// Adds lines, a segment for each worker. The counter of changes is taken first: whoever adds
  /// others waits for this transaction, so that no key becomes visible before a smaller one.
  static void add(Tx tx, JobInfo job, List<LogLine> lines) {
    tx.handle().execute("update metadata_changes set number = number where id = 1");
    lines.stream()
        .collect(groupingBy(line -> line.origin().worker(), LinkedHashMap::new, toList()))
        .forEach((worker, own) -> add(tx, job, worker, own));
  }

  private static void add(Tx tx, JobInfo job, String worker, List<LogLine> lines) {
    var times = lines.stream().mapToLong(line -> Clock.toMicros(line.time())).summaryStatistics();
    tx.handle()
        .createUpdate(
            """
            insert into pipelines_log_segments
              (pipeline, job, worker, first_time, last_time, datums, content)
            values (:pipeline, :job, :worker, :first, :last, :datums, :content)
            """)
        .bind("pipeline", job.pipelineKey())
        .bind("job", job.key())
        .bind("worker", worker)
        .bind("first", times.getMin())
        .bind("last", times.getMax())
        .bind("datums", LogLine.datums(lines))
        .bind("content", LogLine.segment(lines))
        .execute();
  }

  static List<LogPages.Segment> page(
      Tx tx, long pipeline, LogPages.Which which, long beyond, int limit) {
    var of = which.job().isPresent() ? "s.job = :job" : "s.pipeline = :pipeline";
    var statement =
        tx.handle()
            .createQuery(
                """
                select s.id, s.job, j.set_id, s.datums, s.content from pipelines_log_segments s
                join pipelines_jobs j on j.id = s.job
                where %s and s.id > :beyond and s.last_time >= :since order by s.id limit :limit
                """
                    .formatted(of))
            .bind("beyond", beyond)
            .bind("since", Clock.toMicros(which.since()))
            .bind("limit", limit);
    if (which.job().isPresent()) {
      statement.bind("job", which.job().get().key());
    } else {
      statement.bind("pipeline", pipeline);
    }
    return statement
        .map((rs, _) ->
            new LogPages.Segment(
                rs.getLong("id"),
                rs.getLong("job"),
                rs.getString("set_id"),
                LogLine.mayHold(rs.getBytes("datums"), which.datum())
                    ? LogLine.lines(rs.getBytes("content"))
                    : List.of()))
        .list();
  }
}
