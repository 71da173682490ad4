package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Ports;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
  @TempDir Path folder;

  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  CommandLineTest() {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void exitCodesTellWhatWentWrong() {
    ends(0, "", "create-repo other");
    ends(4, "cannot create \"iris\" as it already exists", "create-repo iris");
    ends(3, "repo default/none not found", "inspect repo none");
    ends(2, "expected 1 argument, got 0", "create-repo");
    ends(2, "expected 2 to 3 arguments, got 1", "put-file iris");
    ends(2, "expected at least 1 argument, got 0", "flush-job");
    ends(2, "unknown flag: --nonsense", "list-repo --nonsense");
    ends(2, "flag needs an argument: --file", "create-pipeline -f");
    ends(2, "unknown command \"frobnicate it\"", "frobnicate it");
    ends(2, "command \"draw pipeline\" is not built yet in this version", "draw pipeline");
    ends(7, "ended as failure: datum", "wait job iris_classifier@" + CannedServer.LATER);
  }

  @Test
  void flagsOfEveryCommandMayStandAnywhere() {
    for (var line :
        List.of(
            "--no-metrics list-repo",
            "-v list-repo --project p",
            "--project p list repo",
            "--project=p -v list repo",
            "list --project p repo",
            "list --no-color repo -v")) {
      ends(0, "", line);
      assertThat(shell.run(line).out()).as(line).contains("iris_classifier");
    }
    ends(4, "cannot create \"iris\" as it already exists", "-v create-repo iris");
    ends(2, "expected 1 argument, got 0", "--project iris create-repo");
    ends(2, "flag needs an argument: --project", "list-repo --project");
    ends(2, "unknown command \"frobnicate it\"", "-v frobnicate it");
    ends(
        2,
        "flag --raw stands before the command, where only flags of every command may:"
            + " see pachctl help",
        "--raw list-repo");
    ends(0, "", "-v");
    for (var line : List.of("-v help put file", "-h put file", "--no-metrics put -h file")) {
      assertThat(shell.run(line).out()).as(line).startsWith("Usage: pachctl put file");
    }
    assertThat(shell.run("-h config").out()).contains("config get active-context");
  }

  @Test
  void whatWasNotThereIsToldAndNoFailure() {
    ends(0, "nothing was deleted: there is no repo default/none", "delete repo none");
    ends(0, "nothing was squashed: no commit has the id unknown", "squash commit unknown");
    ends(0, "nothing was deleted: no commit has the id unknown", "delete commit unknown");
    ends(0, "there is no file or directory /none", "list file iris@master:/none");
    for (var line :
        List.of("delete repo iris", "squash commit " + CannedServer.ID, "list file iris@master")) {
      assertThat(shell.run(line).err()).isEmpty();
    }
  }

  @Test
  void aFailedJobTellsTheInputOfItsDatumAndWhereToLook() {
    var wait = "wait job iris_classifier@" + CannedServer.LATER;
    ends(7, "its input: iris@" + CannedServer.ID + ":/raw/iris_1.csv\npachctl logs -j", wait);
    var inspected = shell.run(wait.replace("wait", "inspect"));
    assertThat(inspected.err()).startsWith("its input: iris@").contains("--datum aaa");
    assertThat(inspected.out()).doesNotContain("its input");
  }

  private void ends(int code, String text, String line) {
    var outcome = shell.run(line);
    assertThat(outcome.code()).as(line + ": " + outcome.err()).isEqualTo(code);
    assertThat(outcome.err()).contains(text);
  }

  @Test
  void withoutAServerTheAddressAndTheCureAreTold() {
    int port = Ports.free();
    var alone = new Shell(Map.of("PACHD_ADDRESS", "127.0.0.1:" + port, "HOME", "/none"));
    var outcome = alone.run("list-repo");
    assertThat(outcome.code()).isEqualTo(6);
    assertThat(outcome.err())
        .contains("grpc://127.0.0.1:" + port, "trunkline server", "PACHD_ADDRESS");
    assertThat(alone.run("version --client-only").code()).isZero();
  }

  @Test
  void helpShowsTheFlagsOfACommand() {
    for (var line : List.of("help put file", "put file --help", "put file -h", "help put-file")) {
      var outcome = shell.run(line);
      assertThat(outcome.code()).isZero();
      assertThat(outcome.out())
          .contains("Usage: pachctl put", "-f, --file VALUE", "--project VALUE", "standard input");
    }
    assertThat(shell.run("help").out()).contains("server [--data DIR]", "list repo");
    assertThat(shell.run("config --help").out()).contains("config get active-context");
    assertThat(shell.run("help nothing").code()).isEqualTo(2);
  }

  @Test
  void lettersOfFlagsMayStandTogether() throws IOException {
    Files.createDirectories(folder.resolve("d/deep"));
    Files.writeString(folder.resolve("d/deep/a"), "x");
    assertThat(shell.run("put file iris@master:/t -rf " + folder.resolve("d")).code()).isZero();
    assertThat(edits()).containsExactly("commit", "- /t/deep/a", "+ /t/deep/a 1");
  }

  @Test
  void oldPutsAppendAndNewOnesReplace() throws IOException {
    var file = folder.resolve("iris_1.csv");
    Files.writeString(file, "1,2\n");
    shell.run("put-file iris master /raw/iris_1.csv -f " + file);
    shell.run("put-file iris master /raw/iris_1.csv -o -f " + file);
    shell.run("put file iris@master:/raw/ -f " + file);
    shell.run("put file iris@master -a --file=" + file);
    shell.run("typed", List.of("put-file", "iris", "master", "/typed"));
    assertThat(edits())
        .containsExactly(
            "commit",
            "+ /raw/iris_1.csv 4",
            "commit",
            "- /raw/iris_1.csv",
            "+ /raw/iris_1.csv 4",
            "commit",
            "- /raw/iris_1.csv",
            "+ /raw/iris_1.csv 4",
            "commit",
            "+ /iris_1.csv 4",
            "commit",
            "+ /typed 5");
  }

  @Test
  void anArchiveIsPutFileByFile() throws Exception {
    Files.createDirectories(folder.resolve("in/deep"));
    Files.writeString(folder.resolve("in/a"), "1");
    Files.writeString(folder.resolve("in/deep/" + "n".repeat(120)), "22");
    var archive = folder.resolve("in.tgz");
    var tar = List.of("tar", "-czf", archive.toString(), "-C", folder + "/in", "--sort=name", ".");
    assertThat(new ProcessBuilder(tar).start().waitFor()).isZero();
    assertThat(shell.run("put file iris@master:/t -a --untar -f " + archive).err()).isEmpty();
    assertThat(edits())
        .containsExactly("commit", "+ /t/a 1", "+ /t/deep/" + "n".repeat(120) + " 2");
    ends(1, "not a tar archive", "put file iris@master:/t --untar -f " + textOf("x".repeat(600)));
    ends(2, "--untar wants a tar file", "put file iris@master:/t --untar -f " + folder);
  }

  private Path textOf(String content) throws IOException {
    return Files.writeString(folder.resolve("text"), content);
  }

  @Test
  void everythingIsDeletedOnlyByAYes() {
    var asked = shell.run("no\n", List.of("delete-all"));
    assertThat(asked.err()).contains("repo iris", "pipeline iris_classifier", "y/N", "nothing was");
    assertThat(asked.code()).isZero();
  }

  @Test
  void aWrongPutSendsNothing() throws IOException {
    Files.createDirectories(folder.resolve("d"));
    ends(1, "does not exist on this machine", "put-file iris master /x -f " + folder.resolve("no"));
    ends(1, "use -r", "put-file iris master /x -f " + folder.resolve("d"));
    ends(2, "must specify filename when reading data from stdin", "put-file iris master");
    ends(2, "--split is gone since 2.0", "put-file iris master /x --split line");
    assertThat(edits()).isEmpty();
  }

  private List<String> edits() {
    return server.edits().stream().map(CommandLineTest::text).collect(Collectors.toList());
  }

  private static String text(ModifyFileRequest edit) {
    return switch (edit.getBodyCase()) {
      case SET_COMMIT -> "commit";
      case DELETE_FILE -> "- " + edit.getDeleteFile().getPath();
      case ADD_FILE ->
          "+ " + edit.getAddFile().getPath() + " " + edit.getAddFile().getRaw().getValue().size();
      case COPY_FILE, BODY_NOT_SET -> edit.toString();
    };
  }

  @Test
  void contextsAreKeptInTheFileOfTheClients() throws IOException {
    var file = folder.resolve("config.json");
    Files.writeString(
        file,
        """
        {"user_id": "u", "v2": {"active_context": "a", "metrics": false,
          "contexts": {"a": {"pachd_address": "grpc://h:1", "source": 2}}}}
        """);
    var here = new Shell(Map.of("PACH_CONFIG", file.toString(), "HOME", "/none"));
    assertThat(here.run("config get active-context").out()).isEqualTo("a\n");
    assertThat(here.run("connect " + server.address() + " --alias b").code()).isZero();
    assertThat(here.run("list-repo").code()).isZero();
    assertThat(here.run("config list context").out())
        .isEqualTo("ACTIVE NAME \n       a    \n*      b    \n");
    assertThat(here.run("config set active-context none").err()).contains("there are [a, b]");
    assertThat(here.run("config delete context b").code()).isEqualTo(2);
    assertThat(here.run("config set active-context a").code()).isZero();
    assertThat(here.run("config delete context b").code()).isZero();
    assertThat(Files.readString(file)).contains("\"source\": 2", "\"metrics\": false");
  }

  @Test
  void aContextThatDoesNotExistIsNoOtherServer() throws IOException {
    var file = folder.resolve("config.json");
    var home = Map.of("PACH_CONFIG", file.toString(), "HOME", "/none", "PACH_CONTEXT", "prod");
    var nowhere = new Shell(home).run("list-repo");
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err())
        .startsWith(
            "context prod, which PACH_CONTEXT names, does not exist in "
                + file
                + ": there are []; unset PACH_CONTEXT,"
                + " or make it with pachctl connect ADDRESS --alias prod\n");
    Files.writeString(file, "{\"v2\": {\"active_context\": \"gone\", \"contexts\": {\"a\": {}}}}");
    var here = new Shell(Map.of("PACH_CONFIG", file.toString(), "PACH_CONTEXT", ""));
    assertThat(here.run("list-repo").err())
        .startsWith(
            "context gone, which active_context names, does not exist in "
                + file
                + ": there are [a]; choose one with pachctl config set active-context NAME,"
                + " or make it with pachctl connect ADDRESS --alias gone\n");
    assertThat(here.run("connect " + server.address() + " --alias gone").code()).isZero();
    assertThat(here.run("list-repo").code()).isZero();
    assertThat(new Shell(home).run("config list context").code()).isZero();
  }
}
