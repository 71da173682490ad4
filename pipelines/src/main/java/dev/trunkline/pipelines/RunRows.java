package dev.trunkline.pipelines;

import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.util.Optional;

/// The table of what a job leaves while it runs: its checkpoints.
final class RunRows {
  /// Workers share the memory of the engine: their datums are one set.
  private static final long SET = 0;

  private RunRows() {}

  /// Replaces the checkpoint of a job: the newest one holds all results so far.
  static void addCheckpoint(Tx tx, JobInfo job, Root results) {
    long sequence =
        tx.handle()
            .createQuery(
                """
                insert into pipelines_checkpoints (job, restart, set_number, sequence, results)
                select :job, :restart, :set, coalesce(max(sequence), 0) + 1, :results
                from pipelines_checkpoints where job = :job
                returning sequence
                """)
            .bind("job", job.key())
            .bind("restart", job.restart())
            .bind("set", SET)
            .bind("results", results.encode())
            .mapTo(Long.class)
            .one();
    tx.handle()
        .createUpdate(
            "delete from pipelines_checkpoints where job = :job and set_number = :set and sequence"
                + " < :sequence")
        .bind("job", job.key())
        .bind("set", SET)
        .bind("sequence", sequence)
        .execute();
  }

  /// The results that a job has made durable so far.
  static Optional<Root> checkpoint(Tx tx, long job) {
    return tx.handle()
        .createQuery(
            "select results from pipelines_checkpoints where job = :job order by sequence desc"
                + " limit 1")
        .bind("job", job)
        .mapTo(byte[].class)
        .map(Root::decode)
        .findOne();
  }

  static void dropCheckpoints(Tx tx, long job) {
    tx.handle()
        .createUpdate("delete from pipelines_checkpoints where job = :job")
        .bind("job", job)
        .execute();
  }
}
