package dev.trunkline.pipelines;

import dev.trunkline.content.Root;
import dev.trunkline.pipelines.JobInfo.State;
import java.util.List;

/// The life of a job as a table: (state, event) -> (state, effects). Decides, and does nothing.
///
/// A state that is over stays as it is, whatever happens, until its output commit goes.
final class JobLife {
  private JobLife() {}

  /// What happens to a job.
  sealed interface Event {
    /// It cannot go on yet.
    record Awaits(Wait what) implements Event {}

    /// What it reads from has failed: the names of those inputs.
    record InputsFailed(List<String> names) implements Event {}

    /// Commits of these inputs were deleted before it could read them.
    record InputsGone(List<String> names) implements Event {}

    /// Its pipeline cannot run until it is updated, for a reason in words.
    record CannotRun(String why) implements Event {}

    /// Its datums are known.
    record Planned() implements Event {}

    /// The job that it was to build on came to nothing.
    record BaseFailed() implements Event {}

    /// Its datums have run, and one of them failed: what is known of them.
    record DatumFailed(String reason, Root meta) implements Event {}

    /// Its datums have run: the edits that make its output, and its meta commit.
    record Assembled(Root output, Root meta) implements Event {}

    /// Its output commit was finished, with an error or without.
    record OutputFinished(String error) implements Event {}

    /// Somebody ended it.
    record Stopped(String reason) implements Event {}

    /// It ran longer than it may.
    record TimedOut() implements Event {}

    /// Its output commit was deleted.
    record OutputGone() implements Event {}
  }

  /// What follows, in the same transaction.
  sealed interface Effect {
    /// Note what it waits for.
    record Await(Wait what) implements Effect {}

    /// Let the next job of its pipeline have its place.
    record GiveWay() implements Effect {}

    /// Wake the jobs that wait for its plan.
    record WakeBeside() implements Effect {}

    /// Wake the jobs that wait for its end.
    record WakeFollowers() implements Effect {}

    /// Note when it began to run.
    record NoteStart() implements Effect {}

    /// Note when it ended.
    record NoteEnd() implements Effect {}

    /// Count a restart.
    record CountRestart() implements Effect {}

    /// Close its output and its meta commit.
    record Close(Root output, Root meta, String error) implements Effect {}

    /// Drop the checkpoints: what they hold is in the results, or becomes them where the job ends
    /// in its work.
    record DropCheckpoints() implements Effect {}

    /// Take the job out of sight.
    record Forget() implements Effect {}
  }

  /// Where a job is afterwards.
  record Step(State state, String reason, List<Effect> effects) {}

  /// What `event` does to a job in `state` that has `reason`.
  static Step step(State state, String reason, Event event) {
    if (event instanceof Event.OutputGone) {
      return gone(state, reason);
    }
    return switch (state) {
      case CREATED, STARTING -> early(state, reason, event);
      case RUNNING -> running(reason, event);
      case FINISHING -> finishing(reason, event);
      case SUCCESS, FAILURE, KILLED, UNRUNNABLE -> same(state, reason);
    };
  }

  private static Step same(State state, String reason) {
    return new Step(state, reason, List.of());
  }

  private static Step gone(State state, String reason) {
    return state.isTerminal()
        ? new Step(state, reason, List.of(new Effect.Forget()))
        : new Step(
            State.KILLED,
            "output commit was deleted",
            List.of(
                new Effect.Await(state == State.RUNNING ? Wait.RECALL : Wait.NOTHING),
                new Effect.NoteEnd(),
                new Effect.GiveWay(),
                new Effect.WakeFollowers(),
                new Effect.DropCheckpoints(),
                new Effect.Forget()));
  }

  private static Step early(State state, String reason, Event event) {
    return switch (event) {
      case Event.Awaits(var what) ->
          new Step(State.STARTING, reason, List.of(new Effect.Await(what)));
      case Event.InputsFailed(var names) ->
          over(
              State.UNRUNNABLE,
              "unrunnable because the following upstream pipelines failed: "
                  + String.join(", ", names));
      case Event.InputsGone(var names) -> unreadable(names);
      case Event.CannotRun(var why) -> over(State.FAILURE, why);
      case Event.Planned() ->
          new Step(
              State.RUNNING,
              "",
              List.of(new Effect.Await(Wait.RUN), new Effect.NoteStart(), new Effect.WakeBeside()));
      case Event.Stopped(var why) -> over(State.KILLED, why);
      case Event.BaseFailed(),
          Event.DatumFailed(_, _),
          Event.Assembled(_, _),
          Event.OutputFinished(_),
          Event.TimedOut(),
          Event.OutputGone() ->
          same(state, reason);
    };
  }

  private static Step running(String reason, Event event) {
    return switch (event) {
      case Event.Awaits(var what) ->
          new Step(State.RUNNING, reason, List.of(new Effect.Await(what)));
      case Event.BaseFailed() ->
          new Step(
              State.RUNNING,
              reason,
              List.of(new Effect.Await(Wait.RUN), new Effect.CountRestart()));
      case Event.DatumFailed(var why, var meta) -> over(State.FAILURE, why, Wait.NOTHING, meta);
      case Event.Assembled(var output, var meta) ->
          new Step(
              State.FINISHING,
              "",
              List.of(
                  new Effect.Await(Wait.OUTPUT),
                  new Effect.GiveWay(),
                  new Effect.Close(output, meta, ""),
                  new Effect.DropCheckpoints()));
      case Event.Stopped(var why) -> over(State.KILLED, why, Wait.RECALL, Root.EMPTY);
      case Event.TimedOut() -> over(State.KILLED, " jobtimed out");
      case Event.InputsGone(var names) -> unreadable(names);
      case Event.InputsFailed(_),
          Event.CannotRun(_),
          Event.Planned(),
          Event.OutputFinished(_),
          Event.OutputGone() ->
          same(State.RUNNING, reason);
    };
  }

  private static Step finishing(String reason, Event event) {
    if (event instanceof Event.OutputFinished(var error)) {
      return new Step(
          error.isEmpty() ? State.SUCCESS : State.FAILURE,
          error,
          List.of(
              new Effect.Await(Wait.NOTHING), new Effect.NoteEnd(), new Effect.WakeFollowers()));
    }
    return same(State.FINISHING, reason);
  }

  private static Step unreadable(List<String> inputs) {
    return over(
        State.UNRUNNABLE,
        "unrunnable because commits of the following inputs were deleted: "
            + String.join(", ", inputs));
  }

  /// The job ends with nothing to show, for a reason that is never empty.
  private static Step over(State state, String reason) {
    return over(state, reason, Wait.NOTHING, Root.EMPTY);
  }

  private static Step over(State state, String reason, Wait wait, Root meta) {
    return new Step(
        state,
        reason,
        List.of(
            new Effect.Await(wait),
            new Effect.NoteEnd(),
            new Effect.GiveWay(),
            new Effect.WakeFollowers(),
            new Effect.Close(Root.EMPTY, meta, reason),
            new Effect.DropCheckpoints()));
  }
}
