package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Golden;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What commands print, blank for blank, in both spellings.
class OutputTest {
  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  OutputTest() {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void theSpellingOfOneSeven() {
    golden(
        "1.7.txt",
        "create-repo other",
        "list-repo",
        "inspect-repo iris",
        "list-commit iris",
        "inspect-commit iris master",
        "flush-commit iris/master",
        "list-branch iris",
        "list-file iris master",
        "list-file iris master /raw",
        "list-file iris master /none",
        "list-file iris master /none --raw",
        "inspect-file iris master /raw",
        "diff-file iris master /",
        "get-file iris master /raw",
        "list-job",
        "inspect-job " + CannedServer.ID,
        "flush-job iris/master",
        "list-datum " + CannedServer.ID,
        "inspect-datum " + CannedServer.ID + " " + CannedPipelines.DATUM,
        "get-logs --job " + CannedServer.ID,
        "list-pipeline",
        "extract-pipeline iris_classifier",
        "inspect-pipeline iris_classifier",
        "version");
  }

  @Test
  void theSpellingOfTwoTwelve() {
    golden(
        "2.12.txt",
        "create repo other",
        "list repo",
        "list repos --full-timestamps",
        "inspect repo iris",
        "list project",
        "list commit iris",
        "list commit " + CannedServer.ID,
        "inspect commit iris@master",
        "wait commit iris@master",
        "list branch iris",
        "list file iris@master",
        "list file iris@master:/raw",
        "list job",
        "list job -p iris_classifier",
        "list job " + CannedServer.ID,
        "inspect job iris_classifier@" + CannedServer.ID,
        "wait job " + CannedServer.LATER,
        "list datum iris_classifier@" + CannedServer.ID,
        "logs -j iris_classifier@" + CannedServer.ID,
        "list pipeline",
        "inspect pipeline iris_classifier",
        "inspect repo iris --raw",
        "list file iris@master --raw -o yaml");
  }

  /// Each command with its exit code, where that is not 0, and all it prints.
  private void golden(String name, String... lines) {
    var all = new StringBuilder();
    for (var line : lines) {
      var outcome = shell.run(line);
      all.append("$ pachctl ").append(line).append('\n').append(outcome.out());
      outcome.err().lines().forEach(text -> all.append("! ").append(text).append('\n'));
      if (outcome.code() != 0) {
        all.append("exit ").append(outcome.code()).append('\n');
      }
    }
    Golden.check(OutputTest.class, name, all.toString());
  }

  @Test
  void aBarTellsFailureFromSuccessWithoutColour() {
    assertThat(CommitSetCommands.bar(3, 0, 3)).isEqualTo("▇▇▇▇▇▇▇▇");
    assertThat(CommitSetCommands.bar(0, 3, 3)).isEqualTo("xxxxxxxx");
    assertThat(CommitSetCommands.bar(99, 1, 100)).isEqualTo("▇▇▇▇▇▇▇x");
    assertThat(CommitSetCommands.bar(1, 1, 4)).isEqualTo("▇▇xx----");
    assertThat(CommitSetCommands.bar(98, 1, 100)).isEqualTo("▇▇▇▇▇▇▇x");
    assertThat(CommitSetCommands.bar(1, 0, 100)).isEqualTo("--------");
    assertThat(CommitSetCommands.bar(0, 0, 0)).isEqualTo("▇▇▇▇▇▇▇▇");
  }

  /// The table of the walk-through, as the specification draws it.
  @Test
  void cellsArePaddedToTheWidestAndOneBlank() {
    assertThat(shell.run("list-repo").out())
        .isEqualTo(
            """
            NAME            CREATED        SIZE    \s
            iris_classifier 34 seconds ago 1.268KiB\s
            iris            2 minutes ago  4.492KiB\s
            """);
  }

  @Test
  void theHeaderComesAgainEveryFiftyLines() {
    var lines = new java.util.ArrayList<String>();
    var session =
        new Session(
            new Streams(
                java.io.InputStream.nullInputStream(),
                new java.io.PrintStream(java.io.OutputStream.nullOutputStream()) {
                  @Override
                  public void println(String line) {
                    lines.add(line);
                  }
                },
                System.err,
                false),
            Map.of(),
            Arguments.parse(List.of(), ""),
            dev.trunkline.base.Clock.system());
    var table = new Table(session, "N");
    for (int i = 0; i < 99; i++) {
      table.row(Integer.toString(i));
    }
    table.end();
    assertThat(lines).hasSize(102);
    assertThat(lines.get(50)).isEqualTo("N  ");
    assertThat(lines.get(100)).isEqualTo("N  ");
  }
}
