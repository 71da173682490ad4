package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.add;
import static dev.trunkline.services.PfsServer.file;
import static dev.trunkline.services.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.PathRange;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One file's bytes, and many as a tar.
class GetFileTest extends PfsTest {
  @Test
  void aFileIsReadFromAnOffset() {
    server.put("r", "master", "/f", "0123456789");
    assertThat(server.bytes(head(), "/f", 0)).asString().isEqualTo("0123456789");
    assertThat(server.bytes(head(), "f/", 4)).asString().isEqualTo("456789");
    assertThat(server.bytes(head(), "/f", 10)).isEmpty();
    assertThat(server.bytes(head(), "/f", 1000)).isEmpty();
  }

  @Test
  void aPatternIsFineWhereOneFileMatches() {
    server.modify(head(), add("/d/one", "1"), add("/d/two", "2"), add("/e", "3"));
    assertThat(server.get(head(), "/d/o*")).isEqualTo("1");
    refused(
        Status.Code.INVALID_ARGUMENT,
        "matched multiple files. Use GetFileTAR instead",
        () -> server.get(head(), "/d/*"));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "cannot get directory or non-regular file. Use GetFileTAR instead",
        () -> server.get(head(), "/d"));
    refused(Status.Code.NOT_FOUND, "file /none not found", () -> server.get(head(), "/none"));
    refused(Status.Code.NOT_FOUND, "file /n* not found", () -> server.get(head(), "/n*"));
    refused(Status.Code.INVALID_ARGUMENT, "[", () -> server.get(head(), "/["));
  }

  private byte[] tar(String path, PathRange range) {
    var out = new ByteArrayOutputStream();
    server
        .pfs
        .getFileTAR(GetFileRequest.newBuilder().setFile(at(path)).setPathRange(range).build())
        .forEachRemaining(piece -> out.writeBytes(piece.getValue().toByteArray()));
    return out.toByteArray();
  }

  /// The lines that the machine's own `tar` lists of an archive, or what it extracts.
  private List<String> read(byte[] archive, String... flags) throws Exception {
    var saved = folder.resolve("archive.tar");
    Files.write(saved, archive);
    var words = new java.util.ArrayList<>(List.of("tar", "-P"));
    words.addAll(List.of(flags));
    words.addAll(List.of("-f", saved.toString()));
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  @Test
  void aTarHoldsMatchesAndAllBelowThem() throws Exception {
    var longName = "/d/" + "n".repeat(150);
    server.modify(
        head(), add("/d/one", "1"), add("/d/e/two", "22"), add(longName, "3"), add("/z", ""));
    assertThat(read(tar("/d", PathRange.getDefaultInstance()), "-t"))
        .containsExactly("/d/", "/d/e/", "/d/e/two", longName, "/d/one");
    assertThat(read(tar("/*", PathRange.getDefaultInstance()), "-t"))
        .containsExactly("/d/", "/d/e/", "/d/e/two", longName, "/d/one", "/z");
    assertThat(read(tar("/d/*/two", PathRange.getDefaultInstance()), "-t"))
        .containsExactly("/d/e/two");
    assertThat(read(tar("", PathRange.getDefaultInstance()), "-t")).startsWith("/", "/d/");
    assertThat(read(tar("/d/e/two", PathRange.getDefaultInstance()), "-x", "-O"))
        .containsExactly("22");
    var range = PathRange.newBuilder().setLower("/d/e/").setUpper("/d/o").build();
    assertThat(read(tar("/d", range), "-t")).containsExactly("/d/e/", "/d/e/two", longName);
    refused(Status.Code.NOT_FOUND, "/none", () -> tar("/none", PathRange.getDefaultInstance()));
  }

  @Test
  void aTarEndsWithTwoEmptyBlocksAndItsHeadersSayNothingOfPeople() throws IOException {
    server.put("r", "master", "/f", "text");
    var tar = tar("/f", PathRange.getDefaultInstance());
    assertThat(tar).hasSize(4 * 512);
    assertThat(new String(tar, 0, 2, StandardCharsets.US_ASCII)).isEqualTo("/f");
    assertThat(tar[156]).as("a regular file").isEqualTo((byte) '0');
    assertThat(new String(tar, 512, 4, StandardCharsets.US_ASCII)).isEqualTo("text");
    assertThat(new String(tar, 100, 48, StandardCharsets.US_ASCII).replaceAll("[0\\x00 ]", ""))
        .as("mode, owner, group, size, time")
        .isEqualTo("4");
  }

  @Test
  void anOpenCommitIsReadOverItsParentAndNotBeforeThatIsFinished() {
    server.put("r", "master", "/f", "1");
    var open = server.start("r", "master");
    assertThat(server.get(open, "/f")).isEqualTo("1");
    server.put(open, "/f", "2");
    assertThat(server.get(open, "/f")).isEqualTo("12");
    assertThat(server.get(head(), "/f")).as("a branch is read at its head").isEqualTo("12");
    var before = server.commits("r").get(1).getCommit();
    assertThat(server.get(before, "/f")).isEqualTo("1");
    assertThat(server.bytes(file(open, "/f").getCommit(), "/f", 1)).asString().isEqualTo("2");
  }
}
