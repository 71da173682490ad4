package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.add;
import static dev.trunkline.services.PfsServer.commit;
import static dev.trunkline.services.PfsServer.copy;
import static dev.trunkline.services.PfsServer.delete;
import static dev.trunkline.services.PfsServer.file;
import static dev.trunkline.services.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import dev.trunkline.base.Scope;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.DeleteFile;
import dev.trunkline.wire.pfs.InspectFileRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Edits of files, as a stream of them reaches the server.
class ModifyFileTest extends PfsTest {
  private static ModifyFileRequest tagged(String path, String datum, String text) {
    var raw = BytesValue.of(ByteString.copyFromUtf8(text));
    return ModifyFileRequest.newBuilder()
        .setAddFile(AddFile.newBuilder().setPath(path).setDatum(datum).setRaw(raw))
        .build();
  }

  private void send(ModifyFileRequest... requests) {
    var _ =
        server.<ModifyFileRequest, Empty>send(
            APIGrpc.newStub(server.channel)::modifyFile, List.of(requests));
  }

  @Test
  void addingAppendsToWhatIsThere() {
    server.modify(head(), add("/f", "a"), add("/g", "x"), add("/f", "b"));
    server.modify(head(), add("/f", "c"));
    assertThat(server.get(head(), "/f")).isEqualTo("abc");
    var open = server.start("r", "master");
    server.put(open, "/f", "d");
    server.put(open, "/f", "e");
    assertThat(server.get(open, "/f")).as("seen while the commit is open").isEqualTo("abcde");
    server.finish(open);
    assertThat(server.get(head(), "/f")).isEqualTo("abcde");
  }

  @Test
  void addingNothingMakesAnEmptyFile() {
    var none = ModifyFileRequest.newBuilder().setAddFile(AddFile.newBuilder().setPath("/none"));
    server.modify(head(), none.build(), add("/empty", ""));
    assertThat(paths(list(head(), "/"))).containsExactly("/empty", "/none");
    assertThat(server.bytes(head(), "/none", 0)).isEmpty();
    server.put("r", "master", "/none", "some");
    assertThat(server.get(head(), "/none")).isEqualTo("some");
  }

  @Test
  void deletingForgetsWhatCameBefore() {
    server.modify(head(), add("/f", "old"), delete("/f"), add("/f", "new"), delete("/nothing"));
    assertThat(server.get(head(), "/f")).isEqualTo("new");
    server.modify(head(), delete("/f"), add("/f", "newer"));
    assertThat(server.get(head(), "/f")).isEqualTo("newer");
    server.modify(head(), add("/f", "!"), delete("/f"));
    assertThat(list(head(), "/")).isEmpty();
  }

  @Test
  void aDirectoryIsDeletedByItsNameWithASlash() {
    server.modify(
        head(), add("/d/a", "1"), add("/d/e/b", "2"), add("/d.x", "3"), add("/dd/c", "4"));
    server.modify(head(), delete("/d"));
    assertThat(paths(list(head(), "/"))).containsExactly("/d.x", "/d/", "/dd/");
    server.modify(head(), add("/d/new", "gone too"), delete("/d/"), add("/d/later", "5"));
    assertThat(paths(walk(head(), "/d"))).containsExactly("/d/", "/d/later");
    server.modify(head(), delete("/"));
    assertThat(list(head(), "/")).isEmpty();
  }

  @Test
  void aCopyIsAFileOrADirectoryOfAnyCommit() {
    server.modify(head(), add("/d/a", "1"), add("/d/e/b", "2"), add("/f", "3"));
    var old = server.head("r", "master");
    server.modify(head(), delete("/"), add("/f", "changed"));
    server.createRepo("s");
    var there = commit("s", "master", "");
    server.modify(there, add("/here/a", "0"), add("/f", "9"));
    server.modify(
        there,
        copy(file(old, "/f"), "/f", false),
        copy(file(old, "/f"), "/twice", true),
        copy(file(old, "/f"), "/twice", true),
        copy(file(old, "/d"), "/here", true),
        copy(file(old, "/"), "/all", false),
        copy(file(old, "/nowhere"), "/n", false));
    assertThat(server.get(there, "/f")).isEqualTo("3");
    assertThat(server.get(there, "/twice")).isEqualTo("33");
    assertThat(server.get(there, "/here/a")).isEqualTo("01");
    assertThat(paths(walk(there, "/all")))
        .containsExactly("/all/", "/all/d/", "/all/d/a", "/all/d/e/", "/all/d/e/b", "/all/f");
    refused(
        Status.Code.NOT_FOUND,
        "not found",
        () -> server.modify(there, copy(file(commit("r", "no", ""), "/f"), "/x", false)));
  }

  @Test
  void copiesAndBytesOfOneFileAreJoined() {
    server.put("r", "master", "/src", "mid");
    server.modify(
        head(), add("/f", "a"), copy(at("/src"), "/f", true), add("/f", "z"), delete("/src"));
    assertThat(server.get(head(), "/f")).isEqualTo("amidz");
  }

  @Test
  void everyStreamIsOneCommitAlsoAnEmptyOne() {
    server.put("r", "master", "/a", "1");
    server.put("r", "master", "/b", "2");
    server.modify(head());
    assertThat(server.commits("r")).hasSize(3);
  }

  @Test
  void aStreamToACommitThatEndsMeanwhileIsRefused() {
    var done = server.finish(server.start("r", "master")).getCommit();
    refused(
        Status.Code.FAILED_PRECONDITION, "has already finished", () -> server.put(done, "/a", "1"));
  }

  @Test
  void anOutputBranchIsNotStartedByHand() {
    server.put("r", "master", "/a", "1");
    server.createRepo("out");
    server.createBranch("out", "master", "r@master");
    var open = server.head("out", "master");
    server.put(open, "/by-hand", "seen");
    assertThat(server.get(open, "/by-hand")).isEqualTo("seen");
    server.finish(open);
    assertThatThrownBy(() -> server.put("out", "master", "/b", "2"))
        .hasMessageContaining("cannot start a commit on an output branch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a*", "/a?", "/[a", "/a]", "/{a", "/a}", "/!a", "/(a", "/a)", "/a@b", "/a+", "/^a"
      })
  void aNameThatIsAGlobIsRefused(String path) {
    server.put("r", "other", "/x", "");
    var source = file(commit("r", "other", ""), "/x");
    for (var edit : List.of(add(path, ""), delete(path), copy(source, path, false))) {
      refused(
          Status.Code.INVALID_ARGUMENT,
          "not allowed in path",
          () -> server.modify(head(), add("/fine", ""), edit));
    }
    assertThat(server.commits("r")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/ä,   only printable ASCII characters allowed",
    "'/a\tb', only printable ASCII characters allowed",
    "/a/../b, relative file paths are not allowed",
    "./a,  relative file paths are not allowed"
  })
  void aPathThatIsNoneIsRefusedAndNothingIsWritten(String path, String why) {
    refused(
        Status.Code.INVALID_ARGUMENT,
        why,
        () -> server.modify(head(), add("/fine", "1"), add(path, "2")));
    assertThat(server.commits("r")).isEmpty();
  }

  @Test
  void unusualNamesAreFine() {
    for (var name : List.of("a b", "$x", "#", "%41", "\"", "a|b", ",;:", "...", "a'b", "~")) {
      server.put("r", "master", "//odd//" + name, name);
      assertThat(server.get(head(), "/odd/" + name)).isEqualTo(name);
    }
  }

  @Test
  void theFirstMessageNamesTheCommitAndNoOtherDoes() {
    refused(
        Status.Code.INVALID_ARGUMENT, "first message must be a commit", () -> send(add("/a", "1")));
    var set = ModifyFileRequest.newBuilder().setSetCommit(head()).build();
    refused(Status.Code.INVALID_ARGUMENT, "cannot set commit", () -> send(set, set));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "unrecognized message type",
        () -> send(set, ModifyFileRequest.getDefaultInstance()));
    refused(
        Status.Code.NOT_FOUND,
        "repo default/none not found",
        () -> server.put("none", "master", "/a", "1"));
  }

  @Test
  void filesOfTwoDatumsLiveSideBySideUntilTheCommitIsFinished() {
    var open = server.start("r", "master");
    server.modify(
        open, tagged("/f", "one", "1"), tagged("/f", "one", "1"), tagged("/g", "two", "2"));
    assertThat(walk(open, "/f").getFirst().getFile().getDatum()).isEqualTo("one");
    var only =
        server.pfs.inspectFile(
            InspectFileRequest.newBuilder()
                .setFile(file(open, "/").toBuilder().setDatum("two"))
                .build());
    assertThat(only.getSizeBytes()).isEqualTo(1);
    server.modify(
        open,
        ModifyFileRequest.newBuilder()
            .setDeleteFile(DeleteFile.newBuilder().setPath("/f").setDatum("two"))
            .build());
    assertThat(server.get(open, "/f")).as("another datum's file stays").isEqualTo("11");
    server.modify(open, tagged("/f", "two", "x"));
    var error = server.finish(open).getError();
    assertThat(error).contains("/f");
    assertThat(server.commits("r").getFirst().getError()).isEqualTo(error);
  }

  @Test
  void manyStreamsAppendToOneFileOfOneCommit() {
    var open = server.start("r", "master");
    try (var scope = Scope.open("appenders")) {
      for (int i = 0; i < 8; i++) {
        scope.run(() -> {
          for (int n = 0; n < 10; n++) {
            server.modify(open, add("/log", "0123456789\n"));
          }
        });
      }
      scope.join();
    }
    server.finish(open);
    assertThat(server.get(head(), "/log").lines()).hasSize(80).containsOnly("0123456789");
  }
}
