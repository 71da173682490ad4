package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where files are put, what is said where one cannot be, and when a put is over.
class PutFileTest {
  @TempDir Path folder;

  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  PutFileTest() {}

  @AfterEach
  void close() {
    server.close();
  }

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(folder.resolve("d/deep"));
    Files.writeString(folder.resolve("d/deep/a"), "x");
  }

  @Test
  void aFolderKeepsItsNameWhereNoPathIsSaid() {
    puts("/d/deep/a", "put file iris@master -r -f " + folder + "/d");
    puts("/d/deep/a", "put file iris@master -r -f " + folder + "/d/./");
    puts("/t/deep/a", "put file iris@master:/t -r -f " + folder + "/d");
    puts("/deep/a", "put file iris@master:/ -r -f " + folder + "/d");
    puts(folder + "/d/deep/a", "put file iris@master --full-path -r -f " + folder + "/d");
    puts(folder + "/d/deep/a", "put-file iris master -r -f " + folder + "/d");
    puts("/a", "put file iris@master -f " + folder + "/d/deep/a");
    puts(folder + "/d/deep/a", "put-file iris master -f " + folder + "/d/deep/../deep/a");
  }

  private void puts(String path, String line) {
    var outcome = shell.run(line);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(server.edits()).last().extracting(e -> e.getAddFile().getPath()).isEqualTo(path);
  }

  @Test
  void whatIsNotThereIsToldInWords() throws IOException {
    var none = folder.resolve("none");
    ends(1, "file " + none + " does not exist on this machine\n", "-i " + none);
    var list = Files.writeString(folder.resolve("list"), none + "\n");
    ends(1, "file " + none + " does not exist on this machine\n", "-i " + list);
    var url = "files from a URL are not built yet in this version: http://h/a\n";
    ends(2, url, "-i http://h/a");
    Files.writeString(list, "http://h/a\n");
    ends(2, url, "-i " + list);
    ends(2, url, "-f http://h/a");
    assertThat(server.edits()).isEmpty();
  }

  private void ends(int code, String text, String flags) {
    for (var line : List.of("put-file iris master ", "put file iris@master ")) {
      var outcome = shell.run(line + flags);
      assertThat(outcome.code()).as(flags).isEqualTo(code);
      assertThat(outcome.err()).startsWith(text);
    }
  }

  @Test
  void aUrlAsDestinationIsWarnedOf() {
    var source = " -f " + folder + "/d/deep/a";
    var outcome = shell.run("put-file iris master http://h/a" + source);
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err())
        .isEqualTo(
            "warning: the destination http://h/a looks like a URL, but is taken as a path\n");
    assertThat(shell.run("put-file iris master /h/a" + source).err()).isEmpty();
  }

  @Test
  void oneSevenWaitsForTheCommitThatItMade() {
    var source = " /a -f " + folder + "/d/deep/a";
    assertThat(shell.run("put-file finishing master" + source).code()).isZero();
    assertThat(waits()).containsExactly(CommitState.COMMIT_STATE_UNKNOWN, CommitState.FINISHED);
  }

  @Test
  void anOpenCommitIsNotWaitedFor() {
    var source = " /a -f " + folder + "/d/deep/a";
    assertThat(shell.run("put-file open master" + source).code()).isZero();
    assertThat(waits()).containsExactly(CommitState.COMMIT_STATE_UNKNOWN);
    assertThat(shell.run("put file open@master:/a -f " + folder + "/d/deep/a").code()).isZero();
    assertThat(waits()).hasSize(1);
  }

  @Test
  void aCommitThatWentWrongIsNoSuccess() {
    var outcome = shell.run("put-file broken master /a -f " + folder + "/d/deep/a");
    assertThat(outcome.code()).isEqualTo(7);
    assertThat(outcome.err())
        .isEqualTo("commit " + CannedServer.ID + " finished with an error: two files\n");
  }

  private List<CommitState> waits() {
    return server.asked().stream().map(r -> ((InspectCommitRequest) r).getWait()).toList();
  }

  @Test
  void aFileIsFetchedIntoAFolderThatIsThere() {
    var none = folder.resolve("none");
    var outcome = shell.run("get-file small master /a -o " + none + "/x");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("cannot write " + none + "/x: there is no directory " + none + "\n");
    assertThat(shell.run("get file small@master:/a -o " + folder + "/x").code()).isZero();
    assertThat(folder.resolve("x")).hasContent("small");
  }

  @Test
  void aFaultOfThisMachineNamesMoreThanAPath() {
    assertThat(LocalFault.words(new java.nio.file.NoSuchFileException("/x")))
        .isEqualTo("no such file or directory: /x");
    assertThat(LocalFault.words(new java.nio.file.AccessDeniedException("/x")))
        .isEqualTo("permission denied: /x");
    assertThat(LocalFault.words(new IOException("other"))).isEqualTo("other");
  }
}
