package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.branch;
import static dev.trunkline.services.PfsServer.commit;
import static dev.trunkline.services.PfsServer.repo;
import static dev.trunkline.services.Refusals.assertForbidden;
import static dev.trunkline.services.Refusals.assertInvalid;
import static dev.trunkline.services.Refusals.assertMissing;
import static dev.trunkline.services.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import dev.trunkline.base.Ids;
import dev.trunkline.base.Scope;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.ClearCommitRequest;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitPicker;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.DropCommitRequest;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.ForgetCommitRequest;
import dev.trunkline.wire.pfs.GetFileSetRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.ProjectPicker;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoPicker;
import dev.trunkline.wire.pfs.StartCommitRequest;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commits as clients start, name, wait for and finish them.
class CommitCallsTest {
  @TempDir Path folder;
  private PfsServer server;

  @BeforeEach
  void open() {
    server = new PfsServer(folder);
    server.createRepo("a");
  }

  @AfterEach
  void close() {
    assertThat(server.fsck()).isEmpty();
    server.close();
  }

  private static StartCommitRequest.Builder startOn(String repo, String name) {
    return StartCommitRequest.newBuilder().setBranch(branch(repo, name));
  }

  private Commit start(StartCommitRequest.Builder request) {
    return server.pfs.startCommit(request.build());
  }

  private Empty finish(FinishCommitRequest.Builder request) {
    return server.pfs.finishCommit(request.build());
  }

  private static FinishCommitRequest.Builder finishing(Commit commit) {
    return FinishCommitRequest.newBuilder().setCommit(commit);
  }

  /// Puts a file on a branch of its own commit and waits until that is finished.
  private Commit put(String branch, String path, String text) {
    server.put("a", branch, path, text);
    return server.await(commit("a", branch, "")).getCommit();
  }

  /// Makes `repo@master` follow `a@master`, and with it its first commit, which is open.
  private Commit follow(String repo) {
    server.createRepo(repo);
    server.createBranch(repo, "master", "a@master");
    return server.head(repo, "master");
  }

  private static String text(Commit commit) {
    return "default/" + commit.getRepo().getName() + "@" + commit.getId();
  }

  @Test
  void aCommitIsNamedAlikeInEveryAnswerAndWithoutItsBranch() {
    var started = server.start("a", "master");
    assertThat(started)
        .isEqualTo(Commit.newBuilder().setRepo(repo("a")).setId(started.getId()).build());
    assertThat(started.getId()).matches("[0-9a-f]{12}4[0-9a-f]{19}");
    assertThat(server.finish(started).getCommit()).isEqualTo(started);
    assertThat(server.head("a", "master")).isEqualTo(started);
    assertThat(server.commits("a")).extracting(CommitInfo::getCommit).containsExactly(started);
    assertThat(server.inspect(server.start("a", "master")).getParentCommit()).isEqualTo(started);
  }

  @Test
  void anOpenCommitHasNoTimesButItsStartAndNoSize() {
    var started = server.start("a", "master");
    server.put(started, "/x", "12345");
    var info = server.inspect(started);
    assertThat(info.getOrigin().getKind()).isEqualTo(OriginKind.USER);
    assertThat(info.hasStarted()).isTrue();
    assertThat(info.hasFinishing()).isFalse();
    assertThat(info.hasFinished()).isFalse();
    assertThat(info.hasParentCommit()).isFalse();
    assertThat(info.hasDetails()).isTrue();
    assertThat(info.getDetails().getSizeBytes()).isZero();
  }

  @Test
  void aFinishedCommitHasItsTimesAndItsSize() {
    var started = server.start("a", "master");
    server.put(started, "/x", "12345");
    var info = server.finish(started);
    assertThat(info.getDetails().getSizeBytes()).isEqualTo(5);
    assertThat(info.getError()).isEmpty();
    var times = List.of(info.getStarted(), info.getFinishing(), info.getFinished());
    assertThat(times).isSortedAccordingTo(com.google.protobuf.util.Timestamps.comparator());
  }

  @Test
  void theHeadMustBeClosedBeforeTheNextCommitOfItsBranch() {
    var open = server.start("a", "master");
    assertForbidden(
        () -> server.start("a", "master"),
        "parent commit " + text(open) + " has not been finished");
    finish(finishing(open));
    var next = server.start("a", "master");
    assertThat(server.inspect(next).getParentCommit()).isEqualTo(open);
    assertThat(server.inspect(open).getChildCommitsList())
        .containsExactly(next.toBuilder().setBranch(branch("a", "master")).build());
  }

  @Test
  void anOpenCommitDoesNotHoldUpOtherBranches() {
    server.start("a", "master");
    assertThat(server.inspect(server.start("a", "other")).hasParentCommit()).isFalse();
  }

  @Test
  void aCommitIsStartedOnABranch() {
    var none = StartCommitRequest.newBuilder();
    assertInvalid(() -> start(none), "branch must be specified");
    var nowhere = StartCommitRequest.newBuilder().setBranch(Branch.newBuilder().setName("master"));
    assertInvalid(() -> start(nowhere), "branch must be specified");
    assertInvalid(() -> server.start("a", ""), "branch must be specified");
    assertMissing(() -> server.start("b", "master"), "repo default/b not found");
  }

  @Test
  void aBranchIsNotNamedLikeACommit() {
    assertInvalid(() -> server.start("a", Ids.random()), "branch name cannot be a UUID V4");
    assertInvalid(
        () -> server.start("a", "x@y"),
        "name (x@y) invalid: only alphanumeric characters, underscores, and dashes are allowed");
    assertThat(server.start("a", "a3a1c1d0-8d2e-4f6b-9a51-0c7f4d2b6e8a").getId()).isNotEmpty();
  }

  @Test
  void aParentOnANewBranchForks() {
    var first = put("master", "/x", "1");
    put("master", "/x", "2");
    var fork = start(startOn("a", "fork").setParent(first));
    assertThat(server.finish(fork).getParentCommit()).isEqualTo(first);
    assertThat(server.get(fork, "/x")).isEqualTo("1");
    assertThat(server.get(commit("a", "master", ""), "/x")).isEqualTo("12");
  }

  @Test
  void aParentOnAnOldBranchLeavesItsHeadBehind() {
    var first = put("master", "/x", "1");
    var left = put("master", "/x", "2");
    var moved = start(startOn("a", "master").setParent(commit("a", "master", "^")));
    assertThat(server.inspect(moved).getParentCommit()).isEqualTo(first);
    assertThat(server.head("a", "master")).isEqualTo(moved);
    assertThat(server.inspect(left).getChildCommitsList()).isEmpty();
  }

  @Test
  void aParentMustBeThereClosedAndOfTheSameRepo() {
    var lost = startOn("a", "fork").setParent(commit("a", "nope", ""));
    assertMissing(
        () -> start(lost),
        "parent commit not found: commit default/a@nope not found: branch (id=0,"
            + " branch=default/a@nope) not found: branch \"nope\" not found in repo default/a");
    var open = server.start("a", "master");
    var onOpen = startOn("a", "fork").setParent(commit("a", "master", ""));
    assertForbidden(() -> start(onOpen), "parent commit " + text(open) + " has not been finished");
    server.createRepo("b");
    var foreign = startOn("b", "master").setParent(open);
    assertThatThrownBy(() -> start(foreign)).hasMessageContaining("must belong to the same repo");
  }

  @Test
  void nobodyStartsACommitOnAnOutputBranch() {
    var head = follow("b");
    assertForbidden(
        () -> server.start("b", "master"),
        "cannot start a commit on an output branch: default/b@master");
    assertThat(server.head("b", "master")).isEqualTo(head);
    assertThat(server.start("b", "own").getId()).isNotEmpty();
  }

  @Test
  void aCommitIsFinishedOnce() {
    var started = server.start("a", "master");
    server.finish(started);
    assertForbidden(
        () -> finish(finishing(started)), "commit " + text(started) + " has already finished");
    assertForbidden(
        () -> finish(finishing(commit("a", "master", ""))),
        "commit " + text(started) + " has already finished");
  }

  @Test
  void aCommitIsFinishedByAnyOfItsNames() {
    var first = follow("b");
    var started = server.start("a", "master");
    var second = server.head("b", "master");
    finish(finishing(commit("a", "", "master")));
    assertThat(server.inspect(started).hasFinishing()).isTrue();
    finish(finishing(commit("b", "master", "^")));
    assertThat(server.inspect(first).hasFinishing()).isTrue();
    assertThat(server.inspect(second).hasFinishing()).isFalse();
    finish(finishing(commit("b", "master", started.getId())));
    assertThat(server.inspect(second).hasFinishing()).isTrue();
  }

  @Test
  void aCommitWhoseParentIsOpenWaitsForItAndHoldsUpNoOther() {
    var first = follow("b");
    finish(finishing(server.start("a", "master")));
    var second = server.head("b", "master");
    finish(finishing(second));
    var own = server.start("b", "own");
    server.put(own, "/x", "1");
    assertThat(server.finish(own).getDetails().getSizeBytes()).isEqualTo(1);
    assertThat(server.inspect(second).hasFinished()).isFalse();
    finish(finishing(first));
    assertThat(server.await(second).hasFinished()).isTrue();
  }

  @Test
  void aDescriptionIsKeptUntilAnotherIsGiven() {
    var kept = start(startOn("a", "master").setDescription("why"));
    assertThat(server.inspect(kept).getDescription()).isEqualTo("why");
    assertThat(server.finish(kept).getDescription()).isEqualTo("why");
    var replaced = start(startOn("a", "master").setDescription("why"));
    finish(finishing(replaced).setDescription("because"));
    assertThat(server.inspect(replaced).getDescription()).isEqualTo("because");
  }

  @Test
  void anErroredCommitIsReadableAndCountsForNothing() {
    put("master", "/good", "1");
    var bad = server.start("a", "master");
    server.put(bad, "/bad", "2");
    finish(finishing(bad).setError("broken"));
    assertThat(server.await(bad).getError()).isEqualTo("broken");
    put("master", "/more", "3");
    assertThat(server.get(commit("a", "master", "^1"), "/bad")).isEqualTo("2");
    assertThat(server.get(commit("a", "master", "^2"), "/good")).isEqualTo("1");
    assertThat(server.get(commit("a", "master", ""), "/good")).isEqualTo("1");
    assertThatThrownBy(() -> server.get(commit("a", "master", ""), "/bad"))
        .hasMessageContaining("not found");
  }

  @Test
  void aCommitOutlivesItsBranch() {
    var started = server.start("a", "master");
    server.put(started, "/x", "1");
    var _ =
        server.pfs.deleteBranch(
            DeleteBranchRequest.newBuilder().setBranch(branch("a", "master")).build());
    assertThat(server.finish(started).getCommit()).isEqualTo(started);
    assertThat(server.get(started, "/x")).isEqualTo("1");
  }

  @Test
  void saysWhatACommitThatDoesNotExistLacks() {
    var id = Ids.random();
    assertMissing(
        () -> server.inspect(commit("a", "", id)), "commit default/a@" + id + " not found");
    assertMissing(
        () -> server.inspect(commit("b", "", id)),
        "commit default/b@" + id + " not found: repo default/b not found");
    assertMissing(
        () -> server.inspect(commit("a", "nope", "")),
        "commit default/a@nope not found: branch (id=0, branch=default/a@nope) not found: branch"
            + " \"nope\" not found in repo default/a");
  }

  @Test
  void aHandleNamesARepoAndACommit() {
    assertInvalid(
        () -> server.pfs.inspectCommit(InspectCommitRequest.getDefaultInstance()),
        "commit cannot be nil");
    assertInvalid(
        () -> server.inspect(Commit.newBuilder().setId(Ids.random()).build()),
        "commit must have a repo");
    assertInvalid(
        () -> server.inspect(commit("a", "", "")),
        "pick commit tx: cannot pick commit with no ID or branch");
  }

  @Test
  void aCommitIsFoundUnderEveryNameThatClientsGiveIt() {
    var head = put("master", "/x", "1");
    var other = put("other", "/x", "2");
    var byBranchRepo =
        Commit.newBuilder()
            .setBranch(
                Branch.newBuilder()
                    .setRepo(Repo.newBuilder().setName("a").setProject(Project.newBuilder()))
                    .setName("master"))
            .build();
    assertThat(server.inspect(byBranchRepo).getCommit()).isEqualTo(head);
    for (var id : List.of(head.getId(), head.getId().toUpperCase(Locale.ROOT), "master")) {
      assertThat(server.inspect(commit("a", "", id)).getCommit()).as(id).isEqualTo(head);
    }
    assertThat(server.inspect(commit("a", head.getId(), "")).getCommit()).isEqualTo(head);
    assertThat(server.inspect(commit("a", "master", other.getId())).getCommit())
        .as("an id counts more than a branch")
        .isEqualTo(other);
  }

  @Test
  void ancestorsAreNamedFromTheHeadOrFromTheRoot() {
    var chain =
        List.of(put("master", "/x", "1"), put("master", "/x", "2"), put("master", "/x", "3"));
    var ancestors =
        java.util.Map.of(
            "^", 1, "~", 1, "^^", 0, "~~", 0, "^2", 0, "~1", 1, "^0", 2, ".1", 0, ".3", 2, ".3^",
            1);
    ancestors.forEach((suffix, at) -> {
      var expected = chain.get(at);
      assertThat(server.inspect(commit("a", "master", suffix)).getCommit())
          .as(suffix)
          .isEqualTo(expected);
      assertThat(server.inspect(commit("a", "", "master" + suffix)).getCommit())
          .as(suffix)
          .isEqualTo(expected);
    });
    var id = chain.getLast().getId();
    assertThat(server.inspect(commit("a", "master", id + "^")).getCommit()).isEqualTo(chain.get(1));
    put("master", "/x", "4");
    assertThat(server.inspect(commit("a", "master", ".3")).getCommit())
        .as("numbers from the root stay")
        .isEqualTo(chain.getLast());
  }

  @Test
  void anAncestorThatIsNotThereIsRefused() {
    var head = put("master", "/x", "1");
    assertMissing(
        () -> server.inspect(commit("a", "master", "^")),
        "invalid offset for ancestor of commit " + text(head) + ": it has only 0");
    assertMissing(
        () -> server.inspect(commit("a", "master", ".2")),
        "invalid offset from branch root: " + text(head) + " has only 1 commits");
    for (var suffix : List.of(".0", ".1^")) {
      assertInvalid(
          () -> server.inspect(commit("a", "master", suffix)),
          "there should be less ancestors than descendants");
    }
    for (var suffix : List.of("^^1", "^~", ".", ".x", "^.1")) {
      assertInvalid(
          () -> server.inspect(commit("a", "master", suffix)),
          "invalid ancestry format \"master" + suffix + "\"");
    }
  }

  private CommitInfo await(Commit commit, CommitState state) {
    return server
        .pfs
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .inspectCommit(InspectCommitRequest.newBuilder().setCommit(commit).setWait(state).build());
  }

  @Test
  void waitsUntilSomebodyFinishesTheCommit() {
    var started = server.start("a", "master");
    try (var scope = Scope.open("wait")) {
      var closed = scope.fork(() -> await(started, CommitState.FINISHING));
      var finished = scope.fork(() -> await(commit("a", "master", ""), CommitState.FINISHED));
      finish(finishing(started));
      assertThat(closed.get().hasFinishing()).isTrue();
      assertThat(finished.get().hasFinished()).isTrue();
      scope.join();
    }
  }

  @Test
  void aCommitIsReadyOnceWhatItIsMadeFromIsFinished() {
    server.put("a", "master", "/x", "1");
    var _ = server.finish(follow("b"));
    var started = server.start("a", "master");
    var request =
        InspectCommitRequest.newBuilder()
            .setCommit(commit("b", "master", ""))
            .setWait(CommitState.READY)
            .build();
    assertThatThrownBy(
            () -> server.pfs.withDeadlineAfter(300, TimeUnit.MILLISECONDS).inspectCommit(request))
        .hasMessageContaining("DEADLINE_EXCEEDED");
    finish(finishing(started));
    assertThat(await(commit("b", "master", ""), CommitState.READY).hasFinishing()).isFalse();
    assertThat(server.inspect(started).hasFinished()).isTrue();
  }

  @Test
  void whoWaitsForACommitThatIsDroppedIsTold() {
    var started = server.start("a", "master");
    var calls = new CommitCalls(server.versions, _ -> false);
    var request =
        InspectCommitRequest.newBuilder().setCommit(started).setWait(CommitState.FINISHED).build();
    var drop = DropCommitRequest.newBuilder().setCommit(started).build();
    assertForbidden(
        () -> {
          try {
            calls.inspect(
                request,
                () -> {
                  var _ = server.pfs.dropCommit(drop);
                  return false;
                });
          } catch (RuntimeException e) {
            throw Statuses.of(e);
          }
        },
        "commit " + text(started) + " was deleted");
  }

  @Test
  void aClientThatLeavesWaitsNoMore() {
    var started = server.start("a", "master");
    var calls = new CommitCalls(server.versions, _ -> false);
    var request =
        InspectCommitRequest.newBuilder().setCommit(started).setWait(CommitState.FINISHED).build();
    assertThatThrownBy(() -> calls.inspect(request, () -> true))
        .isInstanceOf(CancellationException.class);
  }

  private static ClearCommitRequest clearing(Commit commit) {
    return ClearCommitRequest.newBuilder().setCommit(commit).build();
  }

  @Test
  void clearingAnOpenCommitTakesBackWhatWasWrittenToIt() {
    put("master", "/old", "1");
    var open = server.start("a", "master");
    server.put(open, "/new", "2");
    var _ = server.pfs.clearCommit(clearing(commit("a", "master", "")));
    server.put(open, "/newer", "3");
    assertThat(server.finish(open).getDetails().getSizeBytes()).isEqualTo(2);
    assertThat(server.get(open, "/old")).isEqualTo("1");
    assertThatThrownBy(() -> server.get(open, "/new")).hasMessageContaining("not found");
  }

  @Test
  void aClosedCommitCannotBeCleared() {
    var head = put("master", "/x", "1");
    assertForbidden(
        () -> server.pfs.clearCommit(clearing(head)), "cannot clear finished commit " + text(head));
    put("master", "/x", "2");
    assertForbidden(
        () -> server.pfs.clearCommit(clearing(commit("a", "master", "^"))),
        "cannot clear finished commit " + text(head));
    assertInvalid(
        () -> server.pfs.clearCommit(ClearCommitRequest.getDefaultInstance()),
        "commit cannot be nil");
  }

  @Test
  void aCommitTellsWhatItIsMadeFromAndWhatIsMadeFromIt() {
    follow("b");
    var started = server.start("a", "master");
    var made = server.head("b", "master");
    assertThat(made.getId()).isEqualTo(started.getId());
    var info = server.inspect(made);
    assertThat(info.getOrigin().getKind()).isEqualTo(OriginKind.AUTO);
    assertThat(info.getDirectProvenanceList())
        .containsExactly(started.toBuilder().setBranch(branch("a", "master")).build());
    assertThat(server.inspect(started).getDirectSubvenanceList())
        .containsExactly(made.toBuilder().setBranch(branch("b", "master")).build());
  }

  @Test
  void anIdOfASetFindsTheCommitThatItWasMadeFrom() {
    var old = put("master", "/x", "1");
    server.createRepo("c");
    server.createRepo("d");
    server.createBranch("d", "master", "a@master", "c@master");
    var started = server.start("c", "master");
    assertThat(server.inspect(commit("a", "", started.getId())).getCommit()).isEqualTo(old);
    assertThat(server.inspect(commit("a", "master", started.getId())).getCommit()).isEqualTo(old);
    server.createRepo("e");
    assertMissing(
        () -> server.inspect(commit("e", "master", started.getId())),
        "commit default/e@" + started.getId() + " not found");
    assertRefused(
        () -> server.inspect(commit("a", "", started.getId() + "^")),
        Status.Code.NOT_FOUND,
        "commit default/a@" + started.getId() + "^ not found");
  }

  private Empty forget(Commit commit) {
    var repo =
        RepoPicker.newBuilder()
            .setName(
                RepoPicker.RepoName.newBuilder()
                    .setProject(ProjectPicker.newBuilder().setName("default"))
                    .setName(commit.getRepo().getName()));
    var picker =
        CommitPicker.newBuilder()
            .setId(CommitPicker.CommitByGlobalId.newBuilder().setRepo(repo).setId(commit.getId()));
    var _ = server.pfs.forgetCommit(ForgetCommitRequest.newBuilder().setCommit(picker).build());
    return Empty.getDefaultInstance();
  }

  private Commit output(String text) {
    put("master", "/in", text);
    server.put(commit("b", "master", ""), "/out", text);
    return server.finish(commit("b", "master", "")).getCommit();
  }

  @Test
  void aForgottenCommitKeepsItsNameAndLosesItsFiles() {
    var _ = server.finish(follow("b"));
    var old = output("1");
    var next = output("2");
    forget(old);
    assertThat(server.inspect(old).hasFinished()).isTrue();
    assertForbidden(() -> server.get(old, "/out"), "get file: the commit is forgotten");
    for (var type :
        List.of(GetFileSetRequest.FileSetType.TOTAL, GetFileSetRequest.FileSetType.DIFF)) {
      var request = GetFileSetRequest.newBuilder().setCommit(old).setType(type).build();
      assertForbidden(
          () -> server.pfs.getFileSet(request), "get file set: the commit is forgotten");
    }
    assertThat(server.get(next, "/out")).isEqualTo("12");
    assertThat(server.commits("b")).hasSize(3);
  }

  @Test
  void noHeadIsForgottenAndNoForgottenCommitIsMadeAHead() {
    var _ = server.finish(follow("b"));
    var old = output("1");
    var refusal =
        "list branch in transaction: for each branch: the branch head cannot be a forgotten commit";
    assertForbidden(() -> forget(old), "Forget Commit: " + refusal);
    var _ = output("2");
    forget(old);
    var move = PfsServer.branchRequest("b", "pinned").setHead(old).build();
    assertForbidden(() -> server.pfs.createBranch(move), refusal);
  }

  @Test
  void onlyOutputsWhoseChildrenAreFinishedAreForgotten() {
    var _ = server.finish(follow("b"));
    var old = output("1");
    var input = server.start("a", "master");
    assertForbidden(() -> forget(old), "Forget Commit: direct descendants must be closed");
    server.finish(input);
    var _ = server.start("a", "master");
    server.finish(commit("a", "master", ""));
    assertForbidden(
        () -> forget(input), "Forget Commit: the commit to be forgotten must be in an output repo");
  }
}
