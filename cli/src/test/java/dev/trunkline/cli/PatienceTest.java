package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How long calls are waited for, by a server that takes connections and says nothing.
class PatienceTest {
  private final LoopbackServer server = new LoopbackServer();
  private final Shell shell =
      new Shell(Map.of("PACHD_ADDRESS", server.address().authority(), "HOME", "/none"));

  PatienceTest() {}

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void aCallMayTakeAsLongAsItsUserSays() {
    givenUp(shell.run("inspect repo iris --rpc-timeout 0.2s"));
    givenUp(shell.run("list-repo --rpc-timeout=0.2s"));
  }

  @Test
  void anUploadIsGivenUpToo() {
    var words = List.of("put", "file", "iris@master:/x", "--rpc-timeout", "0.2s");
    givenUp(shell.run("typed", words));
  }

  private static void givenUp(Shell.Outcome outcome) {
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(6);
    assertThat(outcome.err()).endsWith("the call took too long: --rpc-timeout is 0.2s\n");
  }

  @Test
  void aLimitIsADurationOrNone() throws IOException {
    var outcome = shell.run("list-repo --rpc-timeout soon");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("expected a duration such as 5m or 300s, not \"soon\"\n");
    assertThat(Patience.begin("0")).isSameAs(Patience.ENDLESS);
    assertThat(Patience.begin("0s")).isSameAs(Patience.ENDLESS);
    assertThat(Patience.begin("0.5s").connectMillis()).isBetween(1, 500);
    assertThat(Patience.begin("5m").connectMillis()).isEqualTo(1000);
    assertThat(Patience.ENDLESS.connectMillis()).isEqualTo(1000);
  }
}
