package dev.trunkline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.content.Root;
import dev.trunkline.pipelines.JobInfo.State;
import dev.trunkline.pipelines.JobLife.Effect;
import dev.trunkline.pipelines.JobLife.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every state met by every event.
class JobLifeTest {
  private static final List<Event> EVENTS =
      List.of(
          new Event.Awaits(Wait.SLOT),
          new Event.InputsFailed(List.of("a", "b")),
          new Event.InputsGone(List.of("c")),
          new Event.CannotRun("no cmd"),
          new Event.Planned(),
          new Event.BaseFailed(),
          new Event.DatumFailed("datum x failed", Root.EMPTY),
          new Event.Assembled(Root.EMPTY, Root.EMPTY),
          new Event.OutputFinished(""),
          new Event.OutputFinished("bad"),
          new Event.Stopped("job stopped"),
          new Event.TimedOut(),
          new Event.OutputGone());

  @Test
  void theTable() {
    var moves = new ArrayList<String>();
    for (var state : State.values()) {
      for (var event : EVENTS) {
        var step = JobLife.step(state, "", event);
        if (step.state() != state) {
          moves.add(
              state
                  + " "
                  + event.getClass().getSimpleName()
                  + " "
                  + step.state()
                  + " "
                  + step.reason());
        }
      }
    }
    assertThat(moves).containsExactlyElementsOf(expected());
  }

  private static List<String> expected() {
    var moves = new ArrayList<String>();
    for (var early : List.of("CREATED", "STARTING")) {
      if (early.equals("CREATED")) {
        moves.add("CREATED Awaits STARTING ");
      }
      moves.add(
          early
              + " InputsFailed UNRUNNABLE unrunnable because the following upstream pipelines"
              + " failed: a, b");
      moves.add(
          early
              + " InputsGone UNRUNNABLE unrunnable because commits of the following inputs were"
              + " deleted: c");
      moves.add(early + " CannotRun FAILURE no cmd");
      moves.add(early + " Planned RUNNING ");
      moves.add(early + " Stopped KILLED job stopped");
      moves.add(early + " OutputGone KILLED output commit was deleted");
    }
    moves.add(
        "RUNNING InputsGone UNRUNNABLE unrunnable because commits of the following inputs were"
            + " deleted: c");
    moves.add("RUNNING DatumFailed FAILURE datum x failed");
    moves.add("RUNNING Assembled FINISHING ");
    moves.add("RUNNING Stopped KILLED job stopped");
    moves.add("RUNNING TimedOut KILLED  jobtimed out");
    moves.add("RUNNING OutputGone KILLED output commit was deleted");
    moves.add("FINISHING OutputFinished SUCCESS ");
    moves.add("FINISHING OutputFinished FAILURE bad");
    moves.add("FINISHING OutputGone KILLED output commit was deleted");
    return moves;
  }

  @Test
  void whatIsOverStaysAsItIs() {
    for (var state : Stream.of(State.values()).filter(State::isTerminal).toList()) {
      for (var event : EVENTS) {
        var step = JobLife.step(state, "why", event);
        assertThat(step.state()).isEqualTo(state);
        assertThat(step.reason()).isEqualTo("why");
        boolean gone = event instanceof Event.OutputGone;
        assertThat(step.effects()).isEqualTo(gone ? List.of(new Effect.Forget()) : List.of());
      }
    }
  }

  @Test
  void everyEndIsNotedAndClosesTheCommitsOnce() {
    for (var state : State.values()) {
      for (var event : EVENTS) {
        var step = JobLife.step(state, "", event);
        if (step.state().isTerminal() && !state.isTerminal()) {
          boolean told =
              state == State.RUNNING
                  && (event instanceof Event.Stopped || event instanceof Event.OutputGone);
          assertThat(step.effects())
              .contains(
                  new Effect.NoteEnd(),
                  new Effect.WakeFollowers(),
                  new Effect.Await(told ? Wait.RECALL : Wait.NOTHING));
          if (state != State.FINISHING) {
            assertThat(step.effects()).contains(new Effect.GiveWay());
          }
          long closes = step.effects().stream().filter(e -> e instanceof Effect.Close).count();
          boolean closed = state == State.FINISHING || event instanceof Event.OutputGone;
          assertThat(closes).isEqualTo(closed ? 0 : 1);
        }
      }
    }
  }

  @Test
  void aJobThatEndsWithNothingToShowSaysWhy() {
    for (var state : List.of(State.CREATED, State.STARTING, State.RUNNING)) {
      for (var event : EVENTS) {
        var step = JobLife.step(state, "", event);
        if (step.state().isTerminal()) {
          assertThat(step.reason()).isNotEmpty();
        }
        for (var effect : step.effects()) {
          if (effect instanceof Effect.Close(_, _, var error)) {
            assertThat(error).isEqualTo(step.reason());
          }
        }
      }
    }
  }
}
