package dev.trunkline.pipelines;

import dev.trunkline.versions.CommitName;

/// What a job waits for.
///
/// A job that rests is not looked at: the transaction that brings what it waits for finds it by its
/// key and wakes it. A job is laid to rest in a transaction that has seen that it must wait, so
/// that nothing can come in between.
///
/// @param key what wakes it; empty where nothing that comes could bring it forward
/// @param words what that is, after "waits for"; empty where it does not wait
record Wait(String key, String words) {
  /// It is to be looked at.
  static final String NOW = "now";

  /// It waits for older jobs of its pipeline.
  static final String TURN = "turn";

  /// Nobody is to look at it.
  static final Wait NOTHING = new Wait("", "");

  /// Its datums run: whoever runs them looks after it.
  static final Wait RUN = new Wait("run", "");

  /// It was ended from outside: whoever runs it is to be told.
  static final Wait RECALL = new Wait(NOW, "");

  /// Its part is done, the rest is that of its commit.
  static final Wait OUTPUT = new Wait("", "its output commit to be finished");

  /// It runs as soon as the machine has room for it.
  static final Wait SLOT =
      new Wait(
          "run",
          "a slot: older jobs of its pipeline and other pipelines have all that it could run in");

  /// A commit that it reads.
  static Wait input(CommitName commit) {
    return new Wait(key(commit), "commit " + commit + ", which it reads, to be finished");
  }

  /// A job of its pipeline that it builds on.
  static Wait base(JobInfo base) {
    return new Wait(key(base), "job " + base.id() + ", whose results it may reuse, to be finished");
  }

  /// The plan of that job: then it is known what can be run beside it.
  static Wait plan(JobInfo base) {
    return new Wait(planKey(base), "job " + base.id() + ", whose results it may reuse, to begin");
  }

  /// Older jobs of a pipeline that works on `most` at a time.
  static Wait turn(int most) {
    return new Wait(
        TURN, "its turn: its pipeline works on %d at a time, the oldest first".formatted(most));
  }

  /// Another look, a while after one that came to nothing because of `trouble`.
  static Wait retry(String trouble) {
    return new Wait("retry", trouble);
  }

  /// What wakes those that wait for a commit.
  static String key(CommitName commit) {
    return "commit " + commit;
  }

  /// What wakes those that wait for the end of a job.
  static String key(JobInfo job) {
    return "job " + job.key();
  }

  /// What wakes those that wait for its plan.
  static String planKey(JobInfo job) {
    return "plan " + job.key();
  }
}
