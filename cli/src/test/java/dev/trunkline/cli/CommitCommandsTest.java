package dev.trunkline.cli;

import static dev.trunkline.cli.CannedServer.ID;
import static dev.trunkline.cli.CannedServer.LATER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.WalkCommitProvenanceRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Commits of one repo, of all repos, and where they come from.
class CommitCommandsTest {
  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  CommitCommandsTest() {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void noCommitIsStartedWithoutABranch() {
    var outcome = shell.run("start-commit iris");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            """
            a commit without a branch is gone since 2.0: name the BRANCH, as in start-commit iris \
            master
            Usage: pachctl start-commit REPO BRANCH
            """);
    assertThat(server.asked()).isEmpty();
    assertThat(shell.run("start-commit iris master").out()).isEqualTo(LATER + "\n");
  }

  @Test
  void oneSevenListsAllThatACommitCameFrom() {
    var lines = shell.run("inspect-commit iris " + LATER).out().lines();
    assertThat(lines).last().isEqualTo("Provenance: iris/" + ID + "  flowers/" + ID);
    var walk = (WalkCommitProvenanceRequest) server.asked().getLast();
    var start = walk.getStart(0).getId();
    assertThat(start.getId()).isEqualTo(LATER);
    assertThat(start.getRepo().getName().getName()).isEqualTo("iris");
    assertThat(shell.run("inspect commit iris@" + LATER).out())
        .endsWith("Provenance: iris@" + ID + "\n");
  }

  @Test
  void theCommitsOfAllReposAreThoseOfTheProject() {
    assertThat(ids("list commit -x")).containsExactly(LATER, ID);
    assertThat(ids("list commit -x -n 1 --origin user --all")).containsExactly(LATER);
    assertThat(ids("list commit -x --project elsewhere")).containsExactly(ID);
    var request = (ListCommitRequest) server.asked().get(1);
    assertThat(request.getRepo()).isEqualTo(Repo.getDefaultInstance());
    assertThat(request.getOriginKind()).isEqualTo(OriginKind.USER);
    assertThat(request.getAll()).isTrue();
  }

  private List<String> ids(String line) {
    return shell.run(line).out().lines().skip(1).map(row -> row.split(" +", 4)[2]).toList();
  }

  @Test
  void setsEndWhereTheirNumberIsReached() {
    assertThat(shell.run("list commit").out()).contains(ID, LATER);
    assertThat(shell.run("list commit -n 1").out()).contains(LATER).doesNotContain(ID);
  }

  @Test
  void whatChoosesAmongTheCommitsOfARepoWantsOne() {
    refused("from", "list commit -f " + ID);
    refused("from", "list commit -x -f " + ID);
    refused("origin", "list commit --origin USER");
    refused("all", "list commit --all");
    refused("number", "list commit " + ID + " -n 1");
    assertThat(shell.run("list commit iris@master -n 1 --all").code()).isZero();
  }

  private void refused(String flag, String line) {
    var outcome = shell.run(line);
    assertThat(outcome.code()).as(line).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith(
            "--" + flag + " chooses among the commits of a repo: name one, as in REPO@BRANCH\n");
  }
}
