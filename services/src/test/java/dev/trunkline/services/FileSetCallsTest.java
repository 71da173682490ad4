package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.add;
import static dev.trunkline.services.PfsServer.copy;
import static dev.trunkline.services.PfsServer.delete;
import static dev.trunkline.services.PfsServer.file;
import static dev.trunkline.services.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFileSetRequest;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.ComposeFileSetRequest;
import dev.trunkline.wire.pfs.CreateFileSetResponse;
import dev.trunkline.wire.pfs.GetFileSetRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.PathRange;
import dev.trunkline.wire.pfs.RenewFileSetRequest;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.ShardFileSetRequest;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Files without a commit, made and put together before they go into one.
class FileSetCallsTest extends PfsTest {
  private String create(ModifyFileRequest... edits) {
    return server
        .<ModifyFileRequest, CreateFileSetResponse>send(
            APIGrpc.newStub(server.channel)::createFileSet, List.of(edits))
        .getFileSetId();
  }

  private String of(Commit commit, GetFileSetRequest.FileSetType type) {
    return server
        .pfs
        .getFileSet(GetFileSetRequest.newBuilder().setCommit(commit).setType(type).build())
        .getFileSetId();
  }

  private void attach(Commit commit, String id) {
    var _ =
        server.pfs.addFileSet(
            AddFileSetRequest.newBuilder().setCommit(commit).setFileSetId(id).build());
  }

  private String compose(boolean compact, String... ids) {
    return server
        .pfs
        .composeFileSet(
            ComposeFileSetRequest.newBuilder()
                .addAllFileSetIds(List.of(ids))
                .setTtlSeconds(60)
                .setCompact(compact)
                .build())
        .getFileSetId();
  }

  private void renew(String id, long seconds) {
    var _ =
        server.pfs.renewFileSet(
            RenewFileSetRequest.newBuilder().setFileSetId(id).setTtlSeconds(seconds).build());
  }

  /// A file set as the commit that every reading call takes.
  private static Commit virtual(String id) {
    return Commit.newBuilder().setRepo(Repo.newBuilder().setName("__filesets__")).setId(id).build();
  }

  @Test
  void aFileSetIsReadLikeACommit() {
    var id = create(add("/d/a", "1"), add("/d/a", "2"), add("/b", "3"), delete("/b"));
    assertThat(paths(walk(virtual(id), "/"))).containsExactly("/", "/d/", "/d/a");
    assertThat(server.get(virtual(id), "/d/a")).isEqualTo("12");
    assertThat(paths(glob(virtual(id), "/d/*"))).containsExactly("/d/a");
    server.modify(head(), copy(file(virtual(id), "/d"), "/copied", false));
    assertThat(server.get(head(), "/copied/a")).isEqualTo("12");
  }

  @Test
  void itsDeletionsActOnWhatItIsPutOver() {
    server.modify(head(), add("/a", "old"), add("/b", "old"), add("/d/c", "old"));
    var id = create(delete("/a"), add("/a", "new"), add("/b", "er"), delete("/d/"));
    var open = server.start("r", "master");
    attach(open, id);
    assertThat(server.get(open, "/a")).isEqualTo("new");
    server.finish(open);
    assertThat(paths(walk(head(), "/"))).containsExactly("/", "/a", "/b");
    assertThat(server.get(head(), "/b")).isEqualTo("older");
    refused(
        Status.Code.FAILED_PRECONDITION,
        "has already finished",
        () -> attach(server.head("r", "master"), id));
  }

  @Test
  void ofACommitItIsAllOrWhatTheCommitChanged() {
    server.modify(head(), add("/a", "1"), add("/b", "2"));
    var open = server.start("r", "master");
    server.modify(open, add("/b", "!"), add("/c", "3"));
    var all = of(open, GetFileSetRequest.FileSetType.TOTAL);
    assertThat(paths(list(virtual(all), "/"))).containsExactly("/a", "/b", "/c");
    assertThat(server.get(virtual(all), "/b")).isEqualTo("2!");
    var own = of(open, GetFileSetRequest.FileSetType.DIFF);
    assertThat(paths(list(virtual(own), "/"))).containsExactly("/b", "/c");
    assertThat(server.get(virtual(own), "/b")).isEqualTo("!");
  }

  @Test
  void severalAreLaidOverEachOther() {
    var below = create(add("/a", "1"), add("/b", "2"), add("/d/e", "5"));
    var above = create(delete("/a"), add("/b", "3"), delete("/d/"), add("/f", "6"));
    for (var id : List.of(compose(false, below, above), compose(true, below, above))) {
      assertThat(paths(walk(virtual(id), "/"))).containsExactly("/", "/b", "/f");
      assertThat(server.get(virtual(id), "/b")).isEqualTo("23");
    }
    assertThat(list(virtual(compose(false)), "/")).isEmpty();
  }

  @Test
  void shardsCoverEverythingOnce() {
    var edits = new ModifyFileRequest[20];
    for (int i = 0; i < edits.length; i++) {
      edits[i] = add("/f%02d".formatted(i), "12345");
    }
    var id = create(edits);
    assertThat(shards(id, 0, 0)).containsExactly(PathRange.getDefaultInstance());
    for (var shards : List.of(shards(id, 7, 0), shards(id, 0, 35))) {
      assertThat(shards).hasSize(3);
      assertThat(shards.getFirst().getLower()).isEmpty();
      assertThat(shards.getLast().getUpper()).isEmpty();
      for (int i = 1; i < shards.size(); i++) {
        assertThat(shards.get(i).getLower()).isEqualTo(shards.get(i - 1).getUpper()).isNotEmpty();
      }
    }
    assertThat(shards(create(), 1, 1)).containsExactly(PathRange.getDefaultInstance());
  }

  private List<PathRange> shards(String id, long files, long bytes) {
    return server
        .pfs
        .shardFileSet(
            ShardFileSetRequest.newBuilder()
                .setFileSetId(id)
                .setNumFiles(files)
                .setSizeBytes(bytes)
                .build())
        .getShardsList();
  }

  @Test
  void aLifeIsOneSecondToHalfAnHour() {
    var id = create(add("/a", "1"));
    renew(id, 1800);
    assertThatThrownBy(() -> renew(id, 0))
        .hasMessageContaining("ttl (0) must be at least one second");
    assertThatThrownBy(() -> renew(id, 1801))
        .hasMessageContaining("ttl (1801) exceeds max ttl (1800)");
    assertThat(server.get(virtual(id), "/a")).isEqualTo("1");
  }

  @Test
  void whatIsNoFileSetIsNamed() {
    var unknown = "0123456789abcdef0123456789abcdef";
    refused(Status.Code.NOT_FOUND, "tracker does not contain item: (", () -> renew(unknown, 60));
    assertThatThrownBy(() -> list(virtual(unknown), "/"))
        .hasMessageContaining("path does not exist");
    assertThatThrownBy(() -> compose(false, unknown)).hasMessageContaining(unknown);
    assertThatThrownBy(() -> renew("abc", 60)).hasMessageContaining("too short");
    assertThatThrownBy(() -> renew(unknown + "0", 60)).hasMessageContaining("too long");
    assertThatThrownBy(() -> create(add("/a*", "1"))).hasMessageContaining("not allowed in path");
    assertThatThrownBy(() -> create(ModifyFileRequest.newBuilder().setSetCommit(head()).build()))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("commit");
  }
}
