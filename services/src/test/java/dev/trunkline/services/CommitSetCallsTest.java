package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.branch;
import static dev.trunkline.services.PfsServer.branchRequest;
import static dev.trunkline.services.PfsServer.commit;
import static dev.trunkline.services.Refusals.assertForbidden;
import static dev.trunkline.services.Refusals.assertInvalid;
import static dev.trunkline.services.Refusals.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import dev.trunkline.base.Ids;
import dev.trunkline.base.Scope;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSet;
import dev.trunkline.wire.pfs.CommitSetInfo;
import dev.trunkline.wire.pfs.CreateProjectRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DropCommitRequest;
import dev.trunkline.wire.pfs.DropCommitSetRequest;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListCommitSetRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.SquashCommitRequest;
import dev.trunkline.wire.pfs.SquashCommitSetRequest;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.transaction.BatchTransactionRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commits that share an id, and the removal of commits.
class CommitSetCallsTest {
  @TempDir Path folder;
  private PfsServer server;

  @BeforeEach
  void open() {
    server = new PfsServer(folder);
    for (var name : List.of("a", "b", "c", "d")) {
      server.createRepo(name);
    }
  }

  @AfterEach
  void close() {
    assertThat(server.fsck()).isEmpty();
    server.close();
  }

  private static CommitSet set(Commit commit) {
    return CommitSet.newBuilder().setId(commit.getId()).build();
  }

  private List<CommitInfo> inspect(InspectCommitSetRequest.Builder request) {
    return server.list(
        (stub, r) -> stub.withDeadlineAfter(60, TimeUnit.SECONDS).inspectCommitSet(r),
        request.build());
  }

  private List<Commit> commits(Commit ofSet) {
    return inspect(InspectCommitSetRequest.newBuilder().setCommitSet(set(ofSet))).stream()
        .map(CommitInfo::getCommit)
        .toList();
  }

  private List<CommitSetInfo> sets() {
    return server.list(
        APIGrpc.APIBlockingStub::listCommitSet, ListCommitSetRequest.getDefaultInstance());
  }

  private Empty squashSet(Commit ofSet) {
    return server.pfs.squashCommitSet(
        SquashCommitSetRequest.newBuilder().setCommitSet(set(ofSet)).build());
  }

  private Empty dropSet(Commit ofSet) {
    return server.pfs.dropCommitSet(
        DropCommitSetRequest.newBuilder().setCommitSet(set(ofSet)).build());
  }

  private void squash(Commit commit, boolean recursive) {
    var request = SquashCommitRequest.newBuilder().setCommit(commit).setRecursive(recursive);
    var _ = server.pfs.squashCommit(request.build());
  }

  private void drop(Commit commit, boolean recursive) {
    var request = DropCommitRequest.newBuilder().setCommit(commit).setRecursive(recursive);
    var _ = server.pfs.dropCommit(request.build());
  }

  /// A finished commit with one more byte on a branch.
  private Commit put(String repo, String branch) {
    server.put(repo, branch, "/x", "1");
    return server.await(commit(repo, branch, "")).getCommit();
  }

  private Commit output(String repo, Commit ofSet) {
    return server.finish(commit(repo, "", ofSet.getId())).getCommit();
  }

  private static String text(Commit commit) {
    return "default/" + commit.getRepo().getName() + "@" + commit.getId();
  }

  @Test
  void aSetHasItsCommitsAndWhatTheyWereMadeFromSourcesFirst() {
    server.createBranch("d", "master", "a@master", "b@master");
    var older = put("b", "master");
    var newer = put("a", "master");
    assertThat(commits(newer)).containsExactly(older, newer, server.head("d", "master"));
    assertThat(commits(server.start("c", "master"))).hasSize(1);
  }

  @Test
  void sourcesComeFirstThoughTheyWereMadeLater() {
    server.createBranch("d", "master", "b@master");
    var batch = BatchTransactionRequest.newBuilder();
    batch.addRequestsBuilder().setCreateBranch(branchRequest("d", "master", "c@master"));
    batch
        .addRequestsBuilder()
        .setStartCommit(StartCommitRequest.newBuilder().setBranch(branch("a", "master")));
    batch
        .addRequestsBuilder()
        .setCreateBranch(branchRequest("d", "master", "a@master", "c@master"));
    var _ = server.transactions.batchTransaction(batch.build());
    var made = server.head("d", "master");
    assertThat(server.head("a", "master").getId()).isEqualTo(made.getId());
    assertThat(commits(made)).last().isEqualTo(made);
  }

  @Test
  void aSetWithoutCommitsIsNotThere() {
    var id = Ids.random();
    var lost = InspectCommitSetRequest.newBuilder().setCommitSet(CommitSet.newBuilder().setId(id));
    assertMissing(() -> inspect(lost), "no commits found for commitset " + id);
    assertMissing(() -> inspect(lost.setWait(true)), "no commits found for commitset " + id);
    var empty = InspectCommitSetRequest.newBuilder().setCommitSet(CommitSet.newBuilder());
    assertMissing(() -> inspect(empty), "no commits found for commitset ");
    assertInvalid(() -> inspect(InspectCommitSetRequest.newBuilder()), "commitset cannot be nil");
  }

  @Test
  void waitsForEveryCommitOfASetInOrder() {
    server.createBranch("b", "master", "a@master");
    server.createBranch("c", "master", "b@master");
    server.finish(commit("b", "master", ""));
    server.finish(commit("c", "master", ""));
    var started = server.start("a", "master");
    try (var scope = Scope.open("wait")) {
      var waited =
          scope.fork(() ->
              inspect(
                  InspectCommitSetRequest.newBuilder().setCommitSet(set(started)).setWait(true)));
      for (var repo : List.of("a", "b", "c")) {
        output(repo, started);
      }
      assertThat(waited.get())
          .extracting(info -> info.getCommit().getRepo().getName())
          .containsExactly("a", "b", "c");
      assertThat(waited.get()).allMatch(CommitInfo::hasFinished);
      scope.join();
    }
  }

  @Test
  void whatIsFinishedComesBeforeWhatIsWaitedFor() {
    server.createBranch("b", "master", "a@master");
    server.finish(server.head("b", "master"));
    server.createBranch("d", "master", "b@master", "c@master");
    var open = server.start("a", "master");
    var finished = server.head("c", "master");
    var request = InspectCommitSetRequest.newBuilder().setCommitSet(set(open)).setWait(true);
    var stream =
        server.pfs.withDeadlineAfter(60, TimeUnit.SECONDS).inspectCommitSet(request.build());
    assertThat(stream.next().getCommit()).isEqualTo(finished);
    server.finish(open);
    assertThat(stream.next().getCommit()).isEqualTo(open);
  }

  @Test
  void listsSetsByTheirNewestCommitNewestFirst() {
    var a = put("a", "master");
    var b = put("b", "master");
    server.createBranch("d", "master", "a@master", "b@master");
    var made = server.head("d", "master");
    assertThat(sets())
        .extracting(info -> info.getCommitSet().getId())
        .containsExactly(made.getId(), b.getId(), a.getId());
    assertThat(sets().getFirst().getCommitsList())
        .extracting(CommitInfo::getCommit)
        .containsExactly(a, b, made);
    create("pin", a);
    assertThat(sets()).as("a branch onto a commit makes no set").hasSize(3);
    server.createBranch("a", "empty");
    assertThat(sets()).as("an empty commit is a set").hasSize(4);
  }

  private void create(String name, Commit head) {
    var _ = server.pfs.createBranch(branchRequest("a", name).setHead(head).build());
  }

  @Test
  void listsTheSetsThatTouchAProject() {
    var project = Project.newBuilder().setName("p").build();
    var repo = Repo.newBuilder().setProject(project).setName("r").setType("user").build();
    var _ = server.pfs.createProject(CreateProjectRequest.newBuilder().setProject(project).build());
    var _ = server.pfs.createRepo(CreateRepoRequest.newBuilder().setRepo(repo).build());
    put("a", "master");
    var follows = branchRequest("a", "unused").clearBranch().addProvenance(branch("a", "master"));
    follows.getBranchBuilder().setRepo(repo).setName("master");
    var _ = server.pfs.createBranch(follows.build());
    var request = ListCommitSetRequest.newBuilder().setProject(project).build();
    var sets = server.list(APIGrpc.APIBlockingStub::listCommitSet, request);
    assertThat(sets).hasSize(1);
    assertThat(sets.getFirst().getCommitsList())
        .extracting(info -> info.getCommit().getRepo().getName())
        .as("with commits of other projects inside")
        .containsExactly("a", "r");
  }

  @Test
  void squashingLeavesTheDataToTheChildren() {
    var first = put("a", "master");
    var middle = put("a", "master");
    var last = put("a", "master");
    create("fork", middle);
    var fork = put("a", "fork");
    squashSet(middle);
    assertThat(server.commits("a"))
        .extracting(CommitInfo::getCommit)
        .containsExactly(fork, last, first);
    for (var child : List.of(last, fork)) {
      assertThat(server.inspect(child).getParentCommit()).isEqualTo(first);
      assertThat(server.get(child, "/x")).isEqualTo("111");
    }
    assertThat(server.inspect(first).getChildCommitsCount()).isEqualTo(2);
    squashSet(first);
    assertThat(server.inspect(last).hasParentCommit()).isFalse();
    assertThat(server.get(last, "/x")).isEqualTo("111");
  }

  @Test
  void aHeadIsNotSquashed() {
    var head = put("a", "master");
    var refusal =
        "cannot squash a commit that has no children as that would cause data loss, use the drop"
            + " operation instead: "
            + text(head);
    assertForbidden(() -> squashSet(head), refusal);
    assertForbidden(() -> squash(head, false), refusal);
  }

  @Test
  void squashingWaitsForTheChildren() {
    var parent = put("a", "master");
    var child = server.start("a", "master");
    assertForbidden(
        () -> squashSet(parent),
        "cannot squash until child commit " + text(child) + " is finished");
    server.finish(child);
    squashSet(parent);
    assertThat(server.get(child, "/x")).as("an empty child keeps the data").isEqualTo("1");
  }

  @Test
  void aSetThatOthersAreMadeFromStays() {
    server.createBranch("d", "master", "a@master", "b@master");
    var a = put("a", "master");
    var b = put("b", "master");
    var refusal =
        "commit set \"%s\" cannot be dropped because it has subvenant commit sets: [%s]"
            .formatted(a.getId(), b.getId());
    assertForbidden(() -> squashSet(a), refusal);
    assertForbidden(() -> dropSet(a), refusal);
    var next = put("a", "master");
    assertForbidden(
        () -> squashSet(b),
        "commit set \"%s\" cannot be dropped because it has subvenant commit sets: [%s]"
            .formatted(b.getId(), next.getId()));
    put("a", "master");
    for (var open : server.commits("d").reversed()) {
      server.finish(open.getCommit());
    }
    squashSet(next);
    assertMissing(() -> server.inspect(next), "commit " + text(next) + " not found");
    assertThat(server.get(commit("a", "master", ""), "/x")).isEqualTo("111");
  }

  @Test
  void droppingTakesTheDataAlong() {
    var kept = put("a", "master");
    var dropped = put("a", "master");
    create("pin", dropped);
    dropSet(dropped);
    assertThat(server.head("a", "master")).isEqualTo(kept);
    assertThat(server.head("a", "pin")).isEqualTo(kept);
    assertThat(server.get(commit("a", "master", ""), "/x")).isEqualTo("1");
    assertMissing(() -> server.inspect(dropped), "commit " + text(dropped) + " not found");
    assertThat(server.inspect(kept).getChildCommitsList()).isEmpty();
  }

  @Test
  void aCommitWithChildrenIsNotDropped() {
    var parent = put("a", "master");
    put("a", "master");
    var refusal = "cannot drop a commit that has children: " + text(parent);
    assertForbidden(() -> dropSet(parent), refusal);
    assertForbidden(() -> drop(parent, false), refusal);
  }

  @Test
  void droppingTheOnlyCommitLeavesAnEmptyOne() {
    for (boolean finished : new boolean[] {false, true}) {
      var name = finished ? "a" : "b";
      var only = server.start(name, "master");
      server.put(only, "/x", "1");
      if (finished) {
        server.finish(only);
      }
      dropSet(only);
      var fresh = server.inspect(server.head(name, "master"));
      assertThat(fresh.getCommit()).isNotEqualTo(only);
      assertThat(fresh.getOrigin().getKind()).isEqualTo(OriginKind.AUTO);
      assertThat(fresh.hasFinished()).isTrue();
      var repo = InspectRepoRequest.newBuilder().setRepo(PfsServer.repo(name)).build();
      assertThat(server.pfs.inspectRepo(repo).getDetails().getSizeBytes()).isZero();
      assertThat(server.commits(name)).hasSize(1);
    }
  }

  @Test
  void droppingTheFirstCommitsOfAGraphLeavesEmptyOnesThatFollow() {
    server.start("a", "master");
    server.createBranch("c", "master", "a@master");
    var first = server.head("c", "master");
    drop(first, false);
    var fresh = server.inspect(server.head("c", "master"));
    assertThat(fresh.getCommit()).isNotEqualTo(first);
    assertThat(fresh.hasFinishing()).as("what follows is open").isFalse();
    assertThat(fresh.getDirectProvenance(0).getId()).isEqualTo(server.head("a", "master").getId());
  }

  @Test
  void aHeadThatIsDroppedIsNotFollowedDownstream() {
    server.createBranch("b", "master", "a@master");
    put("a", "master");
    server.finish(commit("b", "master", "^"));
    server.finish(commit("b", "master", ""));
    var last = put("a", "master");
    dropSet(last);
    assertThat(server.head("b", "master").getId()).isEqualTo(server.head("a", "master").getId());
    assertThat(server.commits("b")).hasSize(2);
  }

  @Test
  void aSetWithoutCommitsIsRemovedWithoutAWord() {
    var lost = Commit.newBuilder().setId(Ids.random()).build();
    squashSet(lost);
    dropSet(lost);
    assertInvalid(
        () -> server.pfs.squashCommitSet(SquashCommitSetRequest.getDefaultInstance()),
        "commitset cannot be nil");
    assertInvalid(
        () -> server.pfs.dropCommitSet(DropCommitSetRequest.getDefaultInstance()),
        "validate request: invalid DropCommitSetRequest.commit_set: value is required");
  }

  @Test
  void aCommitIsRemovedWithWhatIsMadeFromItOnRequestOnly() {
    server.createBranch("b", "master", "a@master");
    server.finish(server.head("b", "master"));
    var old = put("a", "master");
    output("b", old);
    var last = put("a", "master");
    output("b", last);
    assertForbidden(
        () -> squash(old, false),
        "cannot squash commit (" + text(old) + ") with subvenance without recursive");
    assertForbidden(
        () -> drop(last, false),
        "cannot drop commit (" + text(last) + ") with subvenance without recursive");
    squash(old, true);
    drop(last, true);
    assertThat(server.commits("a")).hasSize(1);
    assertThat(server.commits("b")).hasSize(1);
  }

  @Test
  void removingAnOutputLeavesItsSources() {
    server.createBranch("b", "master", "a@master");
    server.finish(server.head("b", "master"));
    var old = put("a", "master");
    var oldOutput = output("b", old);
    var last = put("a", "master");
    var lastOutput = output("b", last);
    squash(commit("b", "master", "^"), false);
    assertMissing(() -> server.inspect(oldOutput), "commit " + text(oldOutput) + " not found");
    drop(commit("b", "master", ""), false);
    assertMissing(() -> server.inspect(lastOutput), "commit " + text(lastOutput) + " not found");
    assertThat(server.commits("a")).hasSize(3);
    assertThat(server.inspect(last).getDirectSubvenanceList()).isEmpty();
  }

  @Test
  void removalNamesACommitThatIsThere() {
    assertInvalid(
        () -> server.pfs.squashCommit(SquashCommitRequest.getDefaultInstance()),
        "commit cannot be nil");
    assertInvalid(
        () -> server.pfs.dropCommit(DropCommitRequest.getDefaultInstance()),
        "commit cannot be nil");
    var lost = commit("a", "", Ids.random());
    assertMissing(() -> drop(lost, true), "commit " + text(lost) + " not found");
  }
}
