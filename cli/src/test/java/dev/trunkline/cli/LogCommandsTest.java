package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogCommandsTest {
  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  LogCommandsTest() {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void oneSevenShowsTheLastLines() {
    assertThat(shell.run("get-logs -p talker").out()).isEqualTo("one\ntwo\nthree\n");
    assertThat(shell.run("get-logs -p talker -t 2").out()).isEqualTo("two\nthree\n");
    assertThat(shell.run("get-logs -p talker --tail 9").out()).isEqualTo("one\ntwo\nthree\n");
    assertThat(shell.run("get-logs -p talker -t 1 --raw").out()).contains("three").hasLineCount(1);
  }

  @Test
  void whoFollowsSeesEveryLine() {
    var outcome = shell.run("get-logs -p talker -f -t 1");
    assertThat(outcome.out()).isEqualTo("one\ntwo\nthree\n");
    assertThat(outcome.err())
        .isEqualTo("--tail has no effect with --follow: every line is shown\n");
  }

  @Test
  void twoTwelveHasNoTail() {
    var outcome = shell.run("logs -p talker -t 2");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("--tail is gone since 2.0: --since shows what is young, as in --since 10m\n");
  }

  @Test
  void rawLinesAreALineEachInTheNamesOfTheirEra() {
    var id = CannedServer.ID;
    assertThat(shell.run("get-logs -p talker --raw").out().lines())
        .first()
        .isEqualTo(
            "{\"pipelineName\":\"talker\",\"jobId\":\"%s\",\"user\":true,\"message\":\"one\\n\"}"
                .formatted(id));
    assertThat(shell.run("logs -p talker --raw").out().lines())
        .hasSize(3)
        .first()
        .isEqualTo(
            "{\"pipeline_name\":\"talker\",\"job_id\":\"%s\",\"user\":true,\"message\":\"one\\n\"}"
                .formatted(id));
  }
}
