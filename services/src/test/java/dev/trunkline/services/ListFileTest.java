package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.add;
import static dev.trunkline.services.PfsServer.commit;
import static dev.trunkline.services.PfsServer.copy;
import static dev.trunkline.services.PfsServer.delete;
import static dev.trunkline.services.PfsServer.file;
import static dev.trunkline.services.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.DiffFileResponse;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FileType;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.InspectFileRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.PathRange;
import dev.trunkline.wire.pfs.WalkFileRequest;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Looking at the files of a commit: one, a directory, a tree, a pattern, a difference.
class ListFileTest extends PfsTest {
  private void fill() {
    server.modify(
        head(),
        add("/foo", "foo"),
        add("/dir/bar", "bar"),
        add("/dir/dir2/buzz", "buzzz"),
        add("/dir.x", "x"),
        add("/a-b", "1"),
        add("/a/b", "2"),
        add("/ab", "3"));
  }

  private FileInfo inspect(String path) {
    return server.pfs.inspectFile(InspectFileRequest.newBuilder().setFile(at(path)).build());
  }

  @Test
  void aFileAndADirectoryAreInspected() {
    fill();
    var file = inspect("dir/bar/");
    assertThat(file.getFile().getPath()).isEqualTo("/dir/bar");
    assertThat(file.getFile().getDatum()).isEqualTo("default");
    assertThat(file.getFileType()).isEqualTo(FileType.FILE);
    assertThat(file.getSizeBytes()).isEqualTo(3);
    assertThat(file.getHash().size()).isEqualTo(32);
    assertThat(file.hasCommitted()).isTrue();
    assertThat(file.getFile().getCommit().hasBranch()).isFalse();
    assertThat(file.getFile().getCommit().getId()).hasSize(32);
    var directory = inspect("/dir");
    assertThat(directory.getFile().getPath()).isEqualTo("/dir/");
    assertThat(directory.getFile().getDatum()).isEmpty();
    assertThat(directory.getFileType()).isEqualTo(FileType.DIR);
    assertThat(directory.getSizeBytes()).isEqualTo(8);
    assertThat(inspect("").getFile().getPath()).isEqualTo("/");
    assertThat(inspect("/").getSizeBytes()).isEqualTo(15);
    refused(Status.Code.NOT_FOUND, "file /dir/none not found", () -> inspect("/dir/none"));
    refused(Status.Code.NOT_FOUND, "file /fo not found", () -> inspect("/fo"));
  }

  @Test
  void equalContentHasEqualHashesAndNamesCount() {
    server.modify(head(), add("/x/f", "same"), add("/y/f", "sa"), add("/z/g", "same"));
    server.modify(head(), add("/y/f", "me"));
    assertThat(inspect("/x/f").getHash()).isEqualTo(inspect("/y/f").getHash());
    assertThat(inspect("/x/f").getHash()).isEqualTo(inspect("/z/g").getHash());
    assertThat(inspect("/x").getHash()).isEqualTo(inspect("/y").getHash());
    assertThat(inspect("/x").getHash()).isNotEqualTo(inspect("/z").getHash());
  }

  @Test
  void anOpenCommitsFilesHaveNoDateYet() {
    var open = server.start("r", "master");
    server.put(open, "/f", "1");
    assertThat(walk(open, "/").getFirst().hasCommitted()).isFalse();
  }

  @Test
  void aDirectoryIsListedInTheOrderOfPaths() {
    fill();
    assertThat(paths(list(head(), "/")))
        .containsExactly("/a-b", "/a/", "/ab", "/dir.x", "/dir/", "/foo");
    assertThat(paths(list(head(), "dir"))).containsExactly("/dir/bar", "/dir/dir2/");
    assertThat(paths(list(head(), "/foo"))).containsExactly("/foo");
    assertThat(list(head(), "/none")).isEmpty();
    server.modify(head(), delete("/"));
    assertThat(list(head(), "/")).isEmpty();
  }

  @Test
  void aTreeIsWalkedWithItsDirectories() {
    fill();
    assertThat(paths(walk(head(), "/dir")))
        .containsExactly("/dir/", "/dir/bar", "/dir/dir2/", "/dir/dir2/buzz");
    assertThat(paths(walk(head(), "/"))).startsWith("/", "/a-b", "/a/", "/a/b").hasSize(11);
    assertThat(paths(walk(head(), "/foo"))).containsExactly("/foo");
    refused(Status.Code.NOT_FOUND, "/none", () -> walk(head(), "/none"));
  }

  private List<String> page(String path, String after, long number, boolean reverse) {
    return paths(
        server.list(
            APIGrpc.APIBlockingStub::walkFile,
            WalkFileRequest.newBuilder()
                .setFile(at(path))
                .setPaginationMarker(at(after))
                .setNumber(number)
                .setReverse(reverse)
                .build()));
  }

  @Test
  void aWalkIsTakenInPages() {
    fill();
    assertThat(page("/", "/ab", 3, false)).containsExactly("/dir.x", "/dir/", "/dir/bar");
    assertThat(page("/", "/dir/bar", 2, false)).containsExactly("/dir/dir2/", "/dir/dir2/buzz");
    assertThat(page("/", "/dir/dir2/", 0, false)).containsExactly("/dir/dir2/buzz", "/foo");
    assertThat(page("/", "/dir/", 2, true)).containsExactly("/dir.x", "/ab");
    var last =
        server.list(
            APIGrpc.APIBlockingStub::listFile,
            ListFileRequest.newBuilder().setFile(at("/")).setNumber(2).setReverse(true).build());
    assertThat(paths(last)).containsExactly("/foo", "/dir/");
    refused(
        Status.Code.INVALID_ARGUMENT,
        "number must be > 0 when reverse is true",
        () -> page("/", "/a", 0, true));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "cannot return more than 100000 files at a time",
        () -> page("/", "", 100_001, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "/* > /a-b /a/ /ab /dir.x /dir/ /foo",
        "* > /a-b /a/ /ab /dir.x /dir/ /foo",
        "/dir/* > /dir/bar /dir/dir2/",
        "/**uzz > /dir/dir2/buzz",
        "/dir > /dir/",
        "/dir/ > /dir/",
        "/ > /",
        "/d{ir.x,ir/bar} > /dir.x /dir/bar",
        "/[!d]* > /a-b /a/ /ab /foo",
        "/dir/@(bar|dir2)  > /dir/bar /dir/dir2/",
        "/none* > ''"
      })
  void filesAndDirectoriesThatMatchAPattern(String pattern, String expected) {
    fill();
    assertThat(String.join(" ", paths(glob(head(), pattern)))).isEqualTo(expected);
  }

  @Test
  void allButTheRootMatchTwoStars() {
    fill();
    assertThat(paths(glob(head(), "**"))).hasSize(10).startsWith("/a-b", "/a/", "/a/b");
    assertThatThrownBy(() -> glob(head(), "/[a")).hasMessageContaining("unexpected end of input");
  }

  @Test
  void aPatternIsSoughtWithinARange() {
    server.modify(head(), add("/dir/file-1", "1"), add("/dir/file-2", "22"), add("/e", "3"));
    var range = PathRange.newBuilder().setLower("").setUpper("/dir/file-2").build();
    var found =
        server.list(
            APIGrpc.APIBlockingStub::globFile,
            GlobFileRequest.newBuilder()
                .setCommit(head())
                .setPattern("/**")
                .setPathRange(range)
                .build());
    assertThat(paths(found)).containsExactly("/dir/", "/dir/file-1");
    assertThat(found.getFirst().getSizeBytes()).as("the whole directory").isEqualTo(3);
  }

  private List<String> diff(File newer, File older) {
    var request = DiffFileRequest.newBuilder().setNewFile(newer);
    if (!older.equals(File.getDefaultInstance())) {
      request.setOldFile(older);
    }
    return server.list(APIGrpc.APIBlockingStub::diffFile, request.build()).stream()
        .map(ListFileTest::sides)
        .toList();
  }

  private static String sides(DiffFileResponse change) {
    var path =
        change.hasNewFile()
            ? change.getNewFile().getFile().getPath()
            : change.getOldFile().getFile().getPath();
    return (change.hasOldFile() ? "-" : "") + (change.hasNewFile() ? "+" : "") + path;
  }

  @Test
  void aDifferenceNamesBothSidesOfAllThatChanged() {
    fill();
    server.modify(head(), add("/dir/bar", "!"), add("/new", ""), delete("/foo"));
    assertThat(diff(at("/"), File.getDefaultInstance()))
        .containsExactly("-+/", "-+/dir/", "-+/dir/bar", "-/foo", "+/new");
    var parent = commit("r", "master", "^");
    assertThat(diff(at("/dir"), file(parent, "/dir"))).containsExactly("-+/dir/", "-+/dir/bar");
    assertThat(diff(at("/dir/dir2"), file(parent, "/dir/dir2"))).isEmpty();
    assertThat(diff(file(parent, "/a"), File.getDefaultInstance()))
        .as("without a parent everything is new")
        .containsExactly("+/a/", "+/a/b");
    refused(
        Status.Code.INVALID_ARGUMENT,
        "file",
        () -> server.list(APIGrpc.APIBlockingStub::diffFile, DiffFileRequest.newBuilder().build()));
  }

  @Test
  void aFileThatIsADirectoryTooIsAnErrorOfReading() {
    server.put("r", "master", "/a", "1");
    var open = server.start("r", "master");
    server.put(open, "/a/a", "2");
    assertThatThrownBy(() -> walk(open, "/")).hasMessageContaining("/a");
    server.modify(open, delete("/a"));
    assertThat(paths(walk(open, "/"))).containsExactly("/", "/a/", "/a/a");
  }

  @Test
  void aRenamedFileIsADeletionAndACopy() {
    fill();
    server.modify(head(), copy(at("/foo"), "/moved", false), delete("/foo"));
    assertThat(diff(at("/"), File.getDefaultInstance())).containsExactly("-+/", "-/foo", "+/moved");
  }
}
