package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which job a command means that is given an id, and which one made a commit.
class JobsByIdTest {
  private static final String SHARED = CannedPipelines.SHARED;

  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  JobsByIdTest() {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void anIdOfSeveralJobsIsNotEnough() {
    for (var line :
        List.of(
            "inspect-job " + SHARED,
            "stop-job " + SHARED,
            "delete-job " + SHARED,
            "list-datum " + SHARED,
            "inspect-datum " + SHARED + " d",
            "restart-datum " + SHARED + " /a")) {
      var outcome = shell.run(line);
      assertThat(outcome.code()).as(line).isEqualTo(2);
      assertThat(outcome.err())
          .as(line)
          .startsWith(
              "2 jobs have the id %s: choose one of edges@%s, montage@%s\n"
                  .formatted(SHARED, SHARED, SHARED));
    }
    assertThat(server.stopped()).isEmpty();
  }

  @Test
  void aJobIsStoppedByItsNameOrTheWholeSet() {
    assertThat(shell.run("stop-job edges@" + SHARED).code()).isZero();
    assertThat(server.stopped()).containsExactly("edges@" + SHARED);
    assertThat(shell.run("stop-job " + CannedServer.ID).code()).isZero();
    assertThat(shell.run("stop job " + SHARED).code()).isZero();
    assertThat(server.stopped().subList(1, 4))
        .containsExactly(
            "iris_classifier@" + CannedServer.ID, "edges@" + SHARED, "montage@" + SHARED);
  }

  @Test
  void logsOfAnIdAreThoseOfAllItsJobs() {
    assertThat(shell.run("get-logs --job " + SHARED).out())
        .isEqualTo("edges was here\nmontage was here\n");
    assertThat(shell.run("get-logs -p montage --job " + SHARED).out())
        .isEqualTo("montage was here\n");
    var twice = shell.run("logs -p edges -j montage@" + SHARED);
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).startsWith("only one of pipeline or job should be specified\n");
  }

  @Test
  void theJobThatMadeACommitIsFound() {
    var found = shell.run("list-job -o iris_classifier/" + CannedServer.LATER);
    assertThat(found.code()).as(found.err()).isZero();
    assertThat(found.out().lines()).hasSize(2);
    assertThat(found.out()).contains("iris_classifier/" + CannedServer.LATER);
    var raw = shell.run("list-job --raw --output=iris_classifier/" + CannedServer.ID);
    assertThat(raw.out())
        .contains("\"id\": \"" + CannedServer.ID)
        .doesNotContain(CannedServer.LATER);
    assertThat(shell.run("list-job -o iris/master").out().lines()).hasSize(1);
    var format = shell.run("list-job -o json");
    assertThat(format.code()).isEqualTo(2);
    assertThat(format.err())
        .startsWith("--output of list-job is the commit that a job made, as in REPO/COMMIT, not");
  }
}
