package dev.trunkline.pipelines;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;

/// Does what [JobLife] decides: the only writer of a job's state.
final class JobSteps {
  private JobSteps() {}

  /// Lets `event` happen to a job, with all that follows, in the transaction of `change`; false
  /// where it changed nothing.
  static boolean step(Change change, JobInfo seen, JobLife.Event event) {
    var now = JobRows.find(change.tx(), seen.key());
    if (now.isEmpty()) {
      return false;
    }
    var job = now.get();
    var step = JobLife.step(job.state(), job.reason(), event);
    if (step.state() != job.state() || !step.reason().equals(job.reason())) {
      JobRows.setState(change.tx(), job.key(), step.state(), step.reason());
    }
    step.effects().forEach(effect -> apply(change, job, effect));
    return !step.effects().isEmpty();
  }

  private static void apply(Change change, JobInfo job, JobLife.Effect effect) {
    var tx = change.tx();
    switch (effect) {
      case JobLife.Effect.Await(var what) -> WaitRows.set(tx, job.key(), what);
      case JobLife.Effect.GiveWay() -> WaitRows.wakeNext(tx, job.pipelineKey());
      case JobLife.Effect.WakeBeside() -> WaitRows.wake(tx, Wait.planKey(job));
      case JobLife.Effect.WakeFollowers() -> {
        WaitRows.wake(tx, Wait.key(job));
        WaitRows.wake(tx, Wait.planKey(job));
      }
      case JobLife.Effect.NoteStart() -> JobRows.noteStart(tx, job.key());
      case JobLife.Effect.NoteEnd() -> JobRows.noteEnd(tx, job.key());
      case JobLife.Effect.CountRestart() -> JobRows.countRestart(tx, job.key());
      case JobLife.Effect.Close(var output, var meta, var error) -> {
        var repo = job.pipeline().output();
        finish(change, new CommitName(repo, job.id()), output, error);
        finish(change, new CommitName(repo.as(RepoName.META), job.id()), meta, error);
      }
      case JobLife.Effect.DropCheckpoints() -> {
        if (job.results().isEmpty()) {
          RunRows.checkpoint(tx, job.key())
              .ifPresent(done -> JobRows.setResults(tx, job.key(), done, Root.EMPTY));
        }
        RunRows.dropCheckpoints(tx, job.key());
      }
      case JobLife.Effect.Forget() -> JobRows.forget(tx, job.key());
    }
  }

  /// A commit that is gone or closed already cannot be told of the end of its job.
  private static void finish(Change change, CommitName name, Root output, String error) {
    try {
      change.finishWith(name, output, error);
    } catch (Refusal e) {
      if (error.isEmpty()) {
        throw e;
      }
    }
  }
}
