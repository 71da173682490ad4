package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.branch;
import static dev.trunkline.services.PfsServer.branchRequest;
import static dev.trunkline.services.PfsServer.commit;
import static dev.trunkline.services.PfsServer.repo;
import static dev.trunkline.services.Refusals.assertForbidden;
import static dev.trunkline.services.Refusals.assertInvalid;
import static dev.trunkline.services.Refusals.assertMissing;
import static dev.trunkline.services.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import dev.trunkline.base.Ids;
import dev.trunkline.wire.admin.InspectClusterRequest;
import dev.trunkline.wire.metadata.ClusterPicker;
import dev.trunkline.wire.metadata.Edit;
import dev.trunkline.wire.metadata.EditMetadataRequest;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.BranchInfo;
import dev.trunkline.wire.pfs.BranchPicker;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CreateBranchRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.InspectBranchRequest;
import dev.trunkline.wire.pfs.ListBranchRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.ProjectPicker;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoPicker;
import dev.trunkline.wire.pfs.WalkBranchProvenanceRequest;
import dev.trunkline.wire.pfs.WalkBranchSubvenanceRequest;
import dev.trunkline.wire.transaction.BatchTransactionRequest;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Branches as clients make, change, list and delete them.
class BranchCallsTest {
  private static final String BAD_NAME =
      "name (%s) invalid: only alphanumeric characters, underscores, and dashes are allowed";

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

  private Empty create(CreateBranchRequest.Builder request) {
    return server.pfs.createBranch(request.build());
  }

  private BranchInfo inspect(String repo, String name) {
    return server.pfs.inspectBranch(
        InspectBranchRequest.newBuilder().setBranch(branch(repo, name)).build());
  }

  private Empty delete(String repo, String name, boolean force) {
    return server.pfs.deleteBranch(
        DeleteBranchRequest.newBuilder().setBranch(branch(repo, name)).setForce(force).build());
  }

  private CommitInfo head(String repo, String name) {
    return server.inspect(server.head(repo, name));
  }

  /// A finished commit with a file on a branch.
  private Commit put(String repo, String branch) {
    server.put(repo, branch, "/x", "1");
    return server.await(commit(repo, branch, "")).getCommit();
  }

  /// The commits that a commit was made from, as handles without their branches.
  private static List<Commit> sources(CommitInfo info) {
    return info.getDirectProvenanceList().stream()
        .map(commit -> commit.toBuilder().clearBranch().build())
        .toList();
  }

  @Test
  void aBranchIsInARepo() {
    assertInvalid(() -> create(CreateBranchRequest.newBuilder()), "branch cannot be nil");
    var nowhere = CreateBranchRequest.newBuilder().setBranch(Branch.newBuilder().setName("x"));
    assertInvalid(() -> create(nowhere), "branch repo cannot be nil");
    assertMissing(
        () -> server.createBranch("nope", "master"),
        "repo (id=0, project=default, name=nope, type=user) not found");
  }

  @Test
  void aNameHasNoSignsAndIsNoId() {
    for (var name : List.of("x@y", "a b", "a/b", "a.b", "a^", "")) {
      assertInvalid(() -> server.createBranch("a", name), BAD_NAME.formatted(name));
    }
    var id = Ids.random();
    assertInvalid(() -> server.createBranch("a", id), "branch name cannot be a UUID V4");
    server.createBranch("a", "a3a1c1d0-8d2e-4f6b-9a51-0c7f4d2b6e8a");
    var source = branchRequest("b", "master").addProvenance(branch("a", "x@y"));
    assertInvalid(() -> create(source), BAD_NAME.formatted("x@y"));
    assertThat(inspect("a", "a3a1c1d0-8d2e-4f6b-9a51-0c7f4d2b6e8a").hasHead()).isTrue();
  }

  @Test
  void aHeadIsOfTheRepoOfItsBranch() {
    var foreign = put("a", "master");
    var refusal = "branch and head commit must belong to the same repo";
    assertInvalid(() -> create(branchRequest("b", "master").setHead(foreign)), refusal);
    var meta = repo("a").toBuilder().setType("meta").build();
    var _ = server.pfs.createRepo(CreateRepoRequest.newBuilder().setRepo(meta).build());
    var ofMeta =
        CreateBranchRequest.newBuilder()
            .setBranch(Branch.newBuilder().setRepo(meta).setName("master"))
            .setHead(foreign);
    assertInvalid(() -> create(ofMeta), refusal);
  }

  @Test
  void aHeadThatIsNotThereIsNamed() {
    var lost = branchRequest("a", "x").setHead(commit("a", "nope", ""));
    assertMissing(
        () -> create(lost),
        "unable to inspect default/a@nope: commit default/a@nope not found: branch (id=0,"
            + " branch=default/a@nope) not found: branch \"nope\" not found in repo default/a");
  }

  @Test
  void aNewBranchBeginsWithAnEmptyFinishedCommit() {
    server.createBranch("a", "master");
    var head = head("a", "master");
    assertThat(head.getOrigin().getKind()).isEqualTo(OriginKind.AUTO);
    assertThat(head.hasFinished()).isTrue();
    assertThat(head.getError()).isEmpty();
    assertThat(head.hasParentCommit()).isFalse();
    assertThat(head.getDetails().getSizeBytes()).isZero();
  }

  @Test
  void aBranchOntoACommitMakesNone() {
    var first = put("a", "master");
    var second = put("a", "master");
    create(branchRequest("a", "old").setHead(commit("a", "master", "^")).setNewCommitSet(true));
    create(branchRequest("a", "new").setHead(commit("a", "", "master")));
    assertThat(server.head("a", "old")).isEqualTo(first);
    assertThat(server.head("a", "new")).isEqualTo(second);
    create(branchRequest("a", "old").setHead(second));
    assertThat(server.head("a", "old")).isEqualTo(second);
    assertThat(server.commits("a")).hasSize(2);
  }

  @Test
  void aBranchWithSourcesBeginsOpenAndIsMadeFromTheirHeads() {
    var source = put("a", "master");
    server.createBranch("b", "master", "a@master");
    var head = head("b", "master");
    assertThat(head.hasFinishing()).isFalse();
    assertThat(head.getOrigin().getKind()).isEqualTo(OriginKind.AUTO);
    assertThat(sources(head)).containsExactly(source);
    assertThat(server.commits("b")).hasSize(1);
  }

  @Test
  void aSourceThatIsNotThereIsMadeEmpty() {
    server.createBranch("b", "master", "a@later");
    var made = head("a", "later");
    assertThat(made.hasFinished()).isTrue();
    assertThat(sources(head("b", "master"))).containsExactly(made.getCommit());
    assertMissing(
        () -> server.createBranch("c", "master", "nope@master"), "repo default/nope not found");
  }

  @Test
  void provenanceIsAllThatIsGivenSortedAndOnce() {
    server.createBranch("d", "master", "c@master", "a@master", "c@master");
    assertThat(inspect("d", "master").getDirectProvenanceList())
        .containsExactly(branch("a", "master"), branch("c", "master"));
    server.createBranch("d", "master", "b@master");
    assertThat(inspect("d", "master").getDirectProvenanceList())
        .containsExactly(branch("b", "master"));
  }

  @Test
  void leavingProvenanceOutRemovesItWithoutACommit() {
    server.createBranch("b", "master", "a@master");
    var head = server.head("b", "master");
    server.createBranch("b", "master");
    assertThat(inspect("b", "master").getDirectProvenanceList()).isEmpty();
    assertThat(server.head("b", "master")).isEqualTo(head);
    put("a", "master");
    assertThat(server.commits("b")).hasSize(1);
  }

  @Test
  void theSameProvenanceMakesNoCommitAndAnotherOneDoes() {
    server.createBranch("c", "master", "a@master", "b@master");
    server.createBranch("c", "master", "b@master", "a@master");
    var first = server.head("c", "master");
    assertThat(server.commits("c")).hasSize(1);
    server.createBranch("c", "master", "a@master");
    var second = head("c", "master");
    assertThat(second.getParentCommit()).as("though it is open").isEqualTo(first);
    assertThat(second.hasFinishing()).isFalse();
    assertThat(sources(second)).containsExactly(server.head("a", "master"));
  }

  @Test
  void aHeadGivenWithNewProvenanceIsTheParentOfWhatFollows() {
    var source = put("a", "master");
    var old = put("b", "old");
    create(branchRequest("b", "master", "a@master").setHead(old));
    var head = head("b", "master");
    assertThat(head.getParentCommit()).isEqualTo(old);
    assertThat(sources(head)).containsExactly(source);
  }

  @Test
  void noBranchIsMadeFromItsOwnRepoOrFromWhatIsMadeFromIt() {
    assertInvalid(
        () -> server.createBranch("a", "master", "a@other"),
        "repo default/a cannot be in the provenance of its own branch");
    server.createBranch("b", "master", "a@master");
    server.createBranch("c", "master", "b@master");
    assertRefused(
        () -> server.createBranch("a", "master", "c@master"),
        Status.Code.INTERNAL,
        "cycle detected because default/c@master is already in the subvenance of"
            + " default/a@master");
  }

  @Test
  void aPropagationSpecNamesASource() {
    var stray = branchRequest("c", "master", "a@master");
    stray.addBranchPropagationSpecsBuilder().setBranch(branch("b", "master"));
    stray.getBranchPropagationSpecsBuilder(0).getPropagationSpecBuilder().setNever(true);
    assertInvalid(
        () -> create(stray),
        "branch propagation spec must reference provenant branch (referenced branch:"
            + " default/b@master)");
  }

  private static CreateBranchRequest.Builder never(
      CreateBranchRequest.Builder request, String repo) {
    request
        .addBranchPropagationSpecsBuilder()
        .setBranch(branch(repo, "master"))
        .getPropagationSpecBuilder()
        .setNever(true);
    return request;
  }

  @Test
  void twoBranchesOfARepoAreNeverInOneGraph() {
    var refusal =
        "multiple branches from the same repo, \"default/a\", cannot participate in a DAG";
    assertForbidden(() -> server.createBranch("b", "master", "a@x", "a@y"), refusal);
    assertThat(server.commits("a")).as("a refused change leaves nothing").isEmpty();
    server.createBranch("b", "master", "a@x");
    server.createBranch("c", "master", "a@y");
    assertForbidden(() -> server.createBranch("d", "master", "b@master", "c@master"), refusal);
    server.createBranch("c", "master", "a@x");
    server.createBranch("d", "master", "b@master", "c@master");
    assertThat(inspect("d", "master").getProvenanceList())
        .containsExactly(branch("b", "master"), branch("c", "master"), branch("a", "x"));
  }

  private void diamond() {
    server.createBranch("b", "master", "a@master");
    server.createBranch("c", "master", "a@master");
    server.createBranch("d", "master", "b@master", "c@master");
  }

  @Test
  void aCommitIsFollowedByOneOfTheSameSetInEveryBranchBelow() {
    diamond();
    int before = server.commits("d").size();
    var id = server.start("a", "master").getId();
    for (var repo : List.of("b", "c", "d")) {
      assertThat(server.head(repo, "master").getId()).as(repo).isEqualTo(id);
      assertThat(head(repo, "master").hasFinishing()).isFalse();
    }
    assertThat(server.commits("d")).hasSize(before + 1);
    assertThat(sources(head("d", "master")))
        .containsExactly(server.head("b", "master"), server.head("c", "master"));
  }

  @Test
  void whatDidNotMoveIsTakenAsItIs() {
    var other = put("b", "master");
    server.createBranch("c", "master", "a@master", "b@master");
    var moved = server.start("a", "master");
    assertThat(sources(head("c", "master"))).containsExactly(moved, other);
    assertThat(server.head("b", "master")).as("nothing is made upstream").isEqualTo(other);
  }

  @Test
  void openHeadsFormAChain() {
    server.createBranch("b", "master", "a@master");
    var first = server.head("b", "master");
    put("a", "master");
    var second = head("b", "master");
    assertThat(second.getParentCommit()).isEqualTo(first);
    put("a", "master");
    assertThat(head("b", "master").getParentCommit()).isEqualTo(second.getCommit());
  }

  @Test
  void anEdgeThatNeverPropagatesBlocksItselfAlone() {
    server.createBranch("b", "master", "a@master");
    create(never(branchRequest("c", "master", "a@master"), "a"));
    create(never(branchRequest("d", "master", "a@master", "b@master"), "a"));
    var quiet = server.head("c", "master");
    var moved = put("a", "master");
    assertThat(server.head("c", "master")).isEqualTo(quiet);
    assertThat(server.head("d", "master").getId()).as("by way of b").isEqualTo(moved.getId());
    assertThat(sources(head("d", "master")))
        .as("made from all its sources, as they are now")
        .containsExactly(moved, server.head("b", "master"));
    assertThat(inspect("c", "master").getBranchPropagationSpecsList()).hasSize(1);
    assertThat(inspect("b", "master").getBranchPropagationSpecsList()).isEmpty();
    server.createBranch("c", "master", "a@master");
    assertThat(inspect("c", "master").getBranchPropagationSpecsList()).isEmpty();
    assertThat(server.head("c", "master")).isEqualTo(quiet);
    var again = put("a", "master");
    assertThat(server.head("c", "master").getId()).isEqualTo(again.getId());
  }

  @Test
  void aHeadMovedBackKeepsItsIdAndWhatFollowsHasANewOne() {
    server.createBranch("b", "master", "a@master");
    var old = put("a", "master");
    var left = put("a", "master");
    create(branchRequest("a", "master").setHead(old));
    assertThat(server.head("a", "master")).isEqualTo(old);
    var follows = head("b", "master");
    assertThat(follows.getCommit().getId()).isNotIn(old.getId(), left.getId());
    assertThat(follows.getParentCommit().getId()).isEqualTo(left.getId());
    assertThat(sources(follows)).containsExactly(old);
    assertThat(server.inspect(commit("a", "master", follows.getCommit().getId())).getCommit())
        .as("the input of that set")
        .isEqualTo(old);
  }

  @Test
  void aBranchMovedBackBeforeItsProvenanceChangesGoesOnFromThere() {
    server.createBranch("b", "master", "a@master");
    var old = server.head("b", "master");
    put("a", "master");
    var other = put("c", "master");
    create(branchRequest("b", "master", "a@master").setHead(old));
    assertThat(server.head("b", "master")).isEqualTo(old);
    server.createBranch("b", "master", "a@master", "c@master");
    assertThat(head("b", "master").getParentCommit()).isEqualTo(old);
    assertThat(sources(head("b", "master"))).contains(other);
  }

  @Test
  void provenanceThatComesBackMakesACommitAgain() {
    server.createBranch("b", "master", "a@master");
    put("a", "master");
    server.createBranch("b", "master");
    var missed = put("a", "master");
    assertThat(server.commits("b")).hasSize(2);
    server.createBranch("b", "master", "a@master");
    assertThat(server.commits("b")).hasSize(3);
    assertThat(sources(head("b", "master"))).containsExactly(missed);
    assertThat(server.head("b", "master").getId()).isNotEqualTo(missed.getId());
  }

  @Test
  void aBranchChangedInTheMiddleIsFollowedByWhatIsBelow() {
    server.createBranch("c", "master", "b@master");
    var source = put("a", "master");
    server.createBranch("b", "master", "a@master");
    var middle = head("b", "master");
    assertThat(sources(middle)).containsExactly(source);
    assertThat(server.head("c", "master").getId()).isEqualTo(middle.getCommit().getId());
  }

  private List<Branch> list(ListBranchRequest.Builder request) {
    return server.list(APIGrpc.APIBlockingStub::listBranch, request.build()).stream()
        .map(BranchInfo::getBranch)
        .toList();
  }

  @Test
  void listsBranchesNewestFirst() {
    server.createBranch("a", "x");
    server.createBranch("a", "z");
    server.createBranch("b", "y");
    server.createBranch("a", "x");
    var ofA = ListBranchRequest.newBuilder().setRepo(repo("a"));
    assertThat(list(ofA)).containsExactly(branch("a", "z"), branch("a", "x"));
    assertThat(list(ofA.setReverse(true))).containsExactly(branch("a", "x"), branch("a", "z"));
    var all = List.of(branch("b", "y"), branch("a", "z"), branch("a", "x"));
    assertThat(list(ListBranchRequest.newBuilder())).isEqualTo(all);
    assertThat(list(ListBranchRequest.newBuilder().setRepo(Repo.getDefaultInstance())))
        .isEqualTo(all);
    assertMissing(
        () -> list(ListBranchRequest.newBuilder().setRepo(repo("nope"))),
        "repo default/nope not found");
  }

  @Test
  void listsManyPagesWithoutGapOrRepetition() {
    var head = put("a", "master");
    var batch = BatchTransactionRequest.newBuilder();
    for (int i = 0; i < 300; i++) {
      batch.addRequestsBuilder().setCreateBranch(branchRequest("a", "b" + i).setHead(head));
    }
    var _ = server.transactions.batchTransaction(batch.build());
    var all = list(ListBranchRequest.newBuilder().setRepo(repo("a")));
    assertThat(all).hasSize(301).doesNotHaveDuplicates();
    assertThat(list(ListBranchRequest.newBuilder().setReverse(true))).isEqualTo(all.reversed());
  }

  @Test
  void tellsEverythingAboutABranch() {
    diamond();
    var info = inspect("d", "master");
    assertThat(info.getBranch()).isEqualTo(branch("d", "master"));
    assertThat(info.getHead().hasBranch()).isFalse();
    assertThat(info.getDirectProvenanceList())
        .containsExactly(branch("b", "master"), branch("c", "master"));
    assertThat(info.getProvenanceList())
        .as("nearest first")
        .containsExactly(branch("b", "master"), branch("c", "master"), branch("a", "master"));
    assertThat(inspect("a", "master").getSubvenanceList())
        .containsExactlyInAnyOrder(
            branch("b", "master"), branch("c", "master"), branch("d", "master"));
    assertThat(info.hasCreatedAt()).isTrue();
    var updated = inspect("a", "master").getUpdatedAt();
    put("a", "master");
    assertThat(inspect("a", "master").getUpdatedAt()).isNotEqualTo(updated);
  }

  @Test
  void saysWhichBranchIsNotThere() {
    assertMissing(
        () -> inspect("a", "nope"),
        "branch (id=0, branch=default/a@nope) not found: branch \"nope\" not found in repo"
            + " default/a");
    assertMissing(
        () -> delete("a", "nope", false),
        "branch (id=0, branch=default/a@nope) not found: branch \"nope\" not found in repo"
            + " default/a");
    assertInvalid(
        () -> server.pfs.inspectBranch(InspectBranchRequest.getDefaultInstance()),
        "branch cannot be nil");
    assertInvalid(
        () -> server.pfs.deleteBranch(DeleteBranchRequest.getDefaultInstance()),
        "validate request: invalid DeleteBranchRequest.branch: value is required");
  }

  @Test
  void aBranchThatOthersAreMadeFromIsDeletedByForceOnly() {
    server.createBranch("b", "master", "a@master");
    server.createBranch("c", "master", "a@master");
    assertForbidden(
        () -> delete("a", "master", false),
        "branch \"default/a@master\" cannot be deleted because it's in the direct provenance of"
            + " [default/b@master, default/c@master]");
    delete("a", "master", true);
    assertThat(inspect("b", "master").getDirectProvenanceList()).isEmpty();
    delete("b", "master", false);
    assertThat(list(ListBranchRequest.newBuilder())).containsExactly(branch("c", "master"));
  }

  @Test
  void aBranchMadeAgainTakesUpItsCommits() {
    server.createBranch("b", "master", "a@master");
    var old = put("a", "master");
    var output = server.head("b", "master");
    delete("b", "master", false);
    assertThat(server.inspect(old).getDirectSubvenance(0).hasBranch()).isFalse();
    server.finish(commit("b", "", output.getId() + "^"));
    server.finish(output);
    create(branchRequest("b", "master", "a@master").setHead(output));
    assertThat(head("b", "master").getParentCommit()).isEqualTo(output);
    assertThat(server.commits("b")).hasSize(3);
  }

  private static BranchPicker picker(String repo) {
    var ofRepo =
        RepoPicker.newBuilder()
            .setName(
                RepoPicker.RepoName.newBuilder()
                    .setProject(ProjectPicker.newBuilder().setName("default"))
                    .setName(repo));
    return BranchPicker.newBuilder()
        .setName(BranchPicker.BranchName.newBuilder().setRepo(ofRepo).setName("master"))
        .build();
  }

  @Test
  void whatIsNotedAboutABranchStays() {
    server.createBranch("a", "master");
    var key = Edit.AddKey.newBuilder().setKey("k").setValue("v");
    var edit = Edit.newBuilder().setBranch(picker("a")).setAddKey(key);
    var _ = server.metadata.editMetadata(EditMetadataRequest.newBuilder().addEdits(edit).build());
    var created = inspect("a", "master").getCreatedAt();
    create(branchRequest("a", "master").setHead(put("a", "other")));
    assertThat(inspect("a", "master").getMetadataMap()).containsEntry("k", "v");
    assertThat(inspect("a", "master").getCreatedAt()).isEqualTo(created);
  }

  @Test
  void whatIsNotedAboutTheInstallationIsShownWithIt() {
    var key = Edit.AddKey.newBuilder().setKey("k").setValue("v");
    var edit = Edit.newBuilder().setCluster(ClusterPicker.getDefaultInstance()).setAddKey(key);
    var _ = server.metadata.editMetadata(EditMetadataRequest.newBuilder().addEdits(edit).build());
    var shown = server.admin().inspectCluster(InspectClusterRequest.getDefaultInstance());
    assertThat(shown.getMetadataMap()).containsExactly(Map.entry("k", "v"));
  }

  @Test
  void walksBranchesNearestFirstOnceForEachStart() {
    diamond();
    var up =
        WalkBranchProvenanceRequest.newBuilder()
            .addStart(picker("d"))
            .addStart(picker("b"))
            .build();
    assertThat(server.list(APIGrpc.APIBlockingStub::walkBranchProvenance, up))
        .extracting(info -> info.getBranch().getRepo().getName())
        .containsExactly("b", "c", "a", "a");
    var near = up.toBuilder().setMaxDepth(1).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::walkBranchProvenance, near)).hasSize(3);
    var down = WalkBranchSubvenanceRequest.newBuilder().addStart(picker("a")).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::walkBranchSubvenance, down))
        .extracting(info -> info.getBranch().getRepo().getName())
        .containsExactly("b", "c", "d");
    var few = down.toBuilder().setMaxBranches(2).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::walkBranchSubvenance, few)).hasSize(2);
  }
}
