package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Waiting tells what it waited for, and fails where that went wrong.
class WaitingTest {
  private static final String ID = CannedServer.ID;
  private static final String LATER = CannedServer.LATER;

  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  WaitingTest() {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void commitsWithAnErrorFailTheWaitBehindTheTable() {
    for (var line :
        List.of(
            "wait commit " + LATER,
            "wait commit iris_classifier@" + LATER,
            "flush-commit other/" + LATER)) {
      var outcome = shell.run(line);
      assertThat(outcome.code()).as(line).isEqualTo(7);
      assertThat(outcome.out()).as(line).contains("iris_classifier " + LATER);
      assertThat(outcome.err())
          .as(line)
          .isEqualTo("commit iris_classifier@" + LATER + " finished with an error: datum failed\n");
    }
    assertThat(shell.run("wait commit " + ID).code()).isZero();
    assertThat(shell.run("wait commit " + CannedServer.AFTER_A_FAILURE).code()).isZero();
    assertThat(shell.run("flush-commit iris/master").code()).isZero();
    assertThat(shell.run("flush-commit -r none other/" + LATER).code()).isZero();
  }

  @Test
  void aJobThatFailedFailsOnlyWhoWaitsForIt() {
    var waited = shell.run("inspect-job -b " + LATER);
    assertThat(waited.code()).isEqualTo(7);
    assertThat(waited.out()).contains("State: failure", "Output Commit: " + LATER);
    assertThat(waited.err())
        .startsWith("job iris_classifier@" + LATER + " ended as failure: datum ")
        .containsOnlyOnce("its input: ");
    assertThat(shell.run("inspect-job -b --raw " + LATER).code()).isEqualTo(7);
    assertThat(shell.run("inspect-job -b " + ID).code()).isZero();
    assertThat(shell.run("inspect-job " + LATER).code()).isZero();
    assertThat(shell.run("flush-job other/" + LATER).code()).isEqualTo(7);
  }

  @Test
  void whatIsFlushedFollowsFromAllThatIsGiven() {
    var commits = shell.run("flush-commit iris/" + ID + " other/" + LATER + " iris/master");
    assertThat(commits.out().lines()).hasSize(2);
    assertThat(commits.out()).contains("iris_classifier " + LATER);
    var jobs = shell.run("flush-job iris/" + ID + " other/" + LATER);
    assertThat(jobs.out().lines()).hasSize(2);
    assertThat(jobs.out()).contains("iris_classifier/" + LATER);
    assertThat(shell.run("flush-commit iris/master iris/master").out().lines()).hasSize(2);
  }
}
