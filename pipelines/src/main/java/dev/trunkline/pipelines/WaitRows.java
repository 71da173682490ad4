package dev.trunkline.pipelines;

import dev.trunkline.metadata.Tx;
import java.util.List;

/// What unfinished jobs wait for: a column of the table of jobs. Every statement finds the rows
/// that it changes by an index; those that go on resting are not touched.
final class WaitRows {
  private WaitRows() {}

  static void set(Tx tx, long job, Wait wait) {
    tx.handle()
        .createUpdate(
            """
            update pipelines_jobs set awaits = nullif(:key, ''), waiting = :words,
              waiting_since = case when waiting = :words then waiting_since else :now end
            where id = :id
            """)
        .bind("key", wait.key())
        .bind("words", wait.words())
        .bind("now", tx.micros())
        .bind("id", job)
        .execute();
  }

  /// Wakes the jobs that rest under `key`.
  static void wake(Tx tx, String key) {
    tx.handle()
        .createUpdate("update pipelines_jobs set awaits = 'now', waiting = '' where awaits = :key")
        .bind("key", key)
        .execute();
  }

  /// Wakes the oldest jobs of a pipeline that wait for their turn, as many as it has room for.
  static void wakeNext(Tx tx, long pipeline) {
    long room =
        tx.handle()
            .createQuery(
                """
                select p.parallelism - (
                  select count(*) from pipelines_jobs j
                  where j.pipeline = p.id and j.awaits < 'turn'
                    and j.state in ('CREATED', 'STARTING', 'RUNNING'))
                from pipelines_pipelines p where p.id = :pipeline
                """)
            .bind("pipeline", pipeline)
            .mapTo(Long.class)
            .one();
    if (room > 0) {
      tx.handle()
          .createUpdate(
              """
              update pipelines_jobs set awaits = 'now', waiting = '' where id in (
                select id from pipelines_jobs
                where pipeline = :pipeline and awaits = 'turn' order by id limit :room)
              """)
          .bind("pipeline", pipeline)
          .bind("room", room)
          .execute();
    }
  }

  /// Wakes everything but what waits for its turn: whoever looked after it is no more.
  static void wakeAll(Tx tx) {
    tx.handle()
        .execute("update pipelines_jobs set awaits = 'now', waiting = '' where awaits < 'turn'");
  }

  /// The jobs that are to be looked at, oldest first.
  static List<Awake> awake(Tx tx) {
    return tx.handle()
        .createQuery("select id, state from pipelines_jobs where awaits = 'now' order by id")
        .map((rs, _) ->
            new Awake(rs.getLong("id"), JobInfo.State.valueOf(rs.getString("state")).isTerminal()))
        .list();
  }

  /// Notes that whoever ran this job knows of its end.
  static void settle(Tx tx, long job) {
    tx.handle()
        .createUpdate("update pipelines_jobs set awaits = null where id = :id and awaits = 'now'")
        .bind("id", job)
        .execute();
  }

  /// A job that is to be looked at, by its key.
  record Awake(long job, boolean over) {}
}
