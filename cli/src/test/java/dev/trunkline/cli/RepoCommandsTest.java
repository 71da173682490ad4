package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.wire.pfs.ListCommitRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepoCommandsTest {
  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  RepoCommandsTest() {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void oneSevenShowsTheSizeOfTheLastFinishedCommit() {
    assertThat(shell.run("list-repo --project busy").out())
        .isEqualTo("NAME CREATED       SIZE     \nbusy 2 minutes ago 4.492KiB \n");
    assertThat(shell.run("inspect-repo busy").out()).endsWith("Size: 4.492KiB\n");
    assertThat(server.asked())
        .allSatisfy(request -> {
          var to = ((ListCommitRequest) request).getTo();
          assertThat(to.getRepo().getName()).isEqualTo("busy");
          assertThat(to.getBranch().getName()).isEqualTo("master");
        });
  }

  @Test
  void twoTwelveShowsTheSizeOfTheHead() {
    assertThat(shell.run("list repo --project busy").out()).contains(" ≤ 0B ");
    assertThat(server.asked()).isEmpty();
  }
}
