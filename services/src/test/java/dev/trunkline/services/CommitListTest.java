package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.commit;
import static dev.trunkline.services.PfsServer.repo;
import static dev.trunkline.services.Refusals.assertInvalid;
import static dev.trunkline.services.Refusals.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Ids;
import dev.trunkline.base.Scope;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitInfo.State;
import dev.trunkline.versions.RepoName;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.BranchPicker;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitPicker;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.DropCommitRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.ProjectPicker;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoPicker;
import dev.trunkline.wire.pfs.SubscribeCommitRequest;
import dev.trunkline.wire.pfs.WalkCommitProvenanceRequest;
import dev.trunkline.wire.pfs.WalkCommitSubvenanceRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commits as clients list them, follow them as they come, and walk along their provenance.
class CommitListTest {
  @TempDir Path folder;
  private PfsServer server;

  @BeforeEach
  void open() {
    server = new PfsServer(folder);
    server.createRepo("a");
  }

  @AfterEach
  void close() {
    server.close();
  }

  /// So many finished commits on a branch, oldest first.
  private List<Commit> chain(String branch, int length) {
    var commits = new ArrayList<Commit>();
    for (int i = 0; i < length; i++) {
      server.put("a", branch, "/x", "1");
      commits.add(server.await(commit("a", branch, "")).getCommit());
    }
    return commits;
  }

  private static ListCommitRequest.Builder of(String repo) {
    return ListCommitRequest.newBuilder().setRepo(repo(repo));
  }

  private List<CommitInfo> infos(ListCommitRequest.Builder request) {
    return server.list(APIGrpc.APIBlockingStub::listCommit, request.build());
  }

  private List<Commit> list(ListCommitRequest.Builder request) {
    return infos(request).stream().map(CommitInfo::getCommit).toList();
  }

  @Test
  void listsTheCommitsOfAllBranchesNewestFirst() {
    var first = chain("master", 1).getFirst();
    var second = chain("other", 1).getFirst();
    var third = chain("master", 1).getFirst();
    assertThat(list(of("a"))).containsExactly(third, second, first);
    assertThat(list(of("a").setReverse(true))).containsExactly(first, second, third);
  }

  @Test
  void listsNoMoreThanAskedFor() {
    var chain = chain("master", 3);
    assertThat(list(of("a").setNumber(1))).containsExactly(chain.getLast());
    assertThat(list(of("a").setNumber(2).setReverse(true)))
        .containsExactly(chain.get(0), chain.get(1));
    assertThat(list(of("a").setTo(commit("a", "master", "")).setNumber(2)))
        .containsExactly(chain.get(2), chain.get(1));
  }

  @Test
  void listsManyPagesWithoutGapOrRepetition() {
    var master = new BranchName(RepoName.user("default", "a"), "master");
    for (int i = 0; i < 260; i++) {
      server.versions.change(change -> change.emptyCommit(master));
    }
    var ids = list(of("a")).stream().map(Commit::getId).toList();
    assertThat(ids).hasSize(260).doesNotHaveDuplicates();
    assertThat(list(of("a").setReverse(true)).stream().map(Commit::getId).toList())
        .isEqualTo(ids.reversed());
    assertThat(list(of("a").setTo(commit("a", "master", ""))).stream().map(Commit::getId).toList())
        .isEqualTo(ids);
  }

  @Test
  void listsByKind() {
    server.createBranch("a", "empty");
    var own = chain("master", 1).getFirst();
    assertThat(list(of("a"))).as("no kind is every kind").hasSize(2);
    assertThat(list(of("a").setOriginKind(OriginKind.USER))).containsExactly(own);
    assertThat(list(of("a").setOriginKind(OriginKind.AUTO)))
        .containsExactly(server.head("a", "empty"));
    assertThat(list(of("a").setOriginKind(OriginKind.FSCK))).isEmpty();
    assertThat(list(of("a").setOriginKind(OriginKind.USER).setAll(true))).hasSize(2);
    assertThat(list(of("a").setOriginKind(OriginKind.USER).setNumber(1))).containsExactly(own);
  }

  @Test
  void listsWhatWasStartedBeforeOrInReverseAfterATime() {
    var chain = chain("master", 3);
    var middle = server.inspect(chain.get(1)).getStarted();
    assertThat(list(of("a").setStartedTime(middle))).containsExactly(chain.get(0));
    assertThat(list(of("a").setStartedTime(middle).setReverse(true))).containsExactly(chain.get(2));
    var later = server.inspect(chain.get(2)).getStarted();
    assertThat(list(of("a").setStartedTime(later).setNumber(1))).containsExactly(chain.get(1));
  }

  @Test
  void listsAlongParentsFromACommitThatItLeavesOut() {
    var chain = chain("master", 4);
    chain("other", 1);
    var to = of("a").setTo(commit("a", "master", "^"));
    assertThat(list(to)).containsExactly(chain.get(2), chain.get(1), chain.get(0));
    assertThat(list(to.setFrom(chain.get(0)))).containsExactly(chain.get(2), chain.get(1));
    assertThat(list(to.setFrom(commit("a", "master", "^2")))).containsExactly(chain.get(2));
    assertThat(list(to.setFrom(commit("a", "master", "^")))).isEmpty();
  }

  @Test
  void refusesAListThatHasNoMeaning() {
    var head = chain("master", 1).getFirst();
    server.createRepo("b");
    assertInvalid(() -> infos(ListCommitRequest.newBuilder()), "repo cannot be nil");
    assertInvalid(
        () -> infos(of("a").setFrom(head)), "cannot use `from` commit without `to` commit");
    assertInvalid(
        () -> infos(of("a").setTo(head).setReverse(true)),
        "cannot use 'Reverse' while also using 'From' or 'To'");
    assertThatThrownBy(() -> infos(of("b").setTo(head)))
        .hasMessageContaining("need to be from repo default/b");
    assertMissing(() -> infos(of("c")), "repo default/c not found");
    var lost = Ids.random();
    assertMissing(
        () -> infos(of("a").setTo(head).setFrom(commit("a", "", lost))),
        "commit default/a@" + lost + " not found");
  }

  @Test
  void aRepoWithoutANameIsEveryRepo() {
    server.createRepo("b");
    server.put("a", "master", "/x", "1");
    server.put("b", "master", "/x", "1");
    var all = ListCommitRequest.newBuilder().setRepo(Repo.newBuilder());
    assertThat(infos(all))
        .extracting(info -> info.getCommit().getRepo())
        .containsExactly(repo("b"), repo("a"));
  }

  @Test
  void boundsTheSizeOfOpenCommits() {
    chain("master", 2);
    var open = server.start("a", "master");
    server.put(open, "/y", "123");
    assertThat(infos(of("a")))
        .extracting(CommitInfo::getSizeBytesUpperBound)
        .containsExactly(5L, 2L, 1L);
    assertThat(server.inspect(open).getSizeBytesUpperBound()).isZero();
  }

  private Iterator<CommitInfo> subscribe(SubscribeCommitRequest.Builder request) {
    return server
        .pfs
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .subscribeCommit(request.setRepo(repo("a")).build());
  }

  @Test
  void followsTheCommitsOfABranchAsTheyCome() {
    var old = chain("master", 1).getFirst();
    chain("other", 1);
    var stream = subscribe(SubscribeCommitRequest.newBuilder().setBranch("master"));
    assertThat(stream.next().getCommit()).isEqualTo(old);
    chain("other", 1);
    var next = chain("master", 1).getFirst();
    assertThat(stream.next().getCommit()).isEqualTo(next);
  }

  @Test
  void followsOnFromACommit() {
    var chain = chain("master", 3);
    var stream = subscribe(SubscribeCommitRequest.newBuilder().setFrom(chain.get(1)));
    assertThat(stream.next().getCommit()).isEqualTo(chain.get(2));
  }

  @Test
  void followsOneKindOnly() {
    server.createBranch("a", "empty");
    var own = chain("master", 1).getFirst();
    var users = subscribe(SubscribeCommitRequest.newBuilder().setOriginKind(OriginKind.USER));
    assertThat(users.next().getCommit()).isEqualTo(own);
    var all = subscribe(SubscribeCommitRequest.newBuilder());
    assertThat(all.next().getCommit()).isEqualTo(server.head("a", "empty"));
  }

  @Test
  void followsInOrderEachCommitOnceItIsFinished() {
    var first = server.start("a", "master");
    var second = server.start("a", "other");
    var stream = subscribe(SubscribeCommitRequest.newBuilder().setState(CommitState.FINISHED));
    try (var scope = Scope.open("follow")) {
      var got = scope.fork(() -> List.of(stream.next(), stream.next()));
      server.finish(second);
      server.finish(first);
      assertThat(got.get()).extracting(CommitInfo::getCommit).containsExactly(first, second);
      assertThat(got.get()).allMatch(CommitInfo::hasFinished);
      scope.join();
    }
  }

  @Test
  void aStreamEndsWhenTheCommitThatItWaitsForIsDropped() {
    var open = server.start("a", "master");
    var drop = DropCommitRequest.newBuilder().setCommit(open).build();
    assertThatThrownBy(() ->
            server
                .versions
                .commits()
                .subscribe(
                    RepoName.user("default", "a"),
                    _ -> server.pfs.dropCommit(drop).isInitialized(),
                    State.FINISHED,
                    _ -> {},
                    () -> false))
        .hasMessage("commit default/a@" + open.getId() + " was deleted");
  }

  @Test
  void nobodyFollowsARepoThatIsNotThere() {
    var nil = SubscribeCommitRequest.getDefaultInstance();
    assertInvalid(() -> server.pfs.subscribeCommit(nil).next(), "repo cannot be nil");
    var lost = SubscribeCommitRequest.newBuilder().setRepo(repo("nope")).build();
    assertMissing(() -> server.pfs.subscribeCommit(lost).next(), "repo default/nope not found");
  }

  private static CommitPicker head(String repo) {
    var picker =
        RepoPicker.newBuilder()
            .setName(
                RepoPicker.RepoName.newBuilder()
                    .setProject(ProjectPicker.newBuilder().setName("default"))
                    .setName(repo));
    var branch = BranchPicker.BranchName.newBuilder().setRepo(picker).setName("master");
    return CommitPicker.newBuilder()
        .setBranchHead(BranchPicker.newBuilder().setName(branch))
        .build();
  }

  private void diamond() {
    for (var name : List.of("b", "c", "d")) {
      server.createRepo(name);
    }
    server.createBranch("b", "master", "a@master");
    server.createBranch("c", "master", "a@master");
    server.createBranch("d", "master", "b@master", "c@master");
    server.put("a", "master", "/x", "1");
  }

  @Test
  void walksUpstreamNearestFirstEachCommitOnceForEachStart() {
    diamond();
    var walk =
        WalkCommitProvenanceRequest.newBuilder().addStart(head("d")).addStart(head("c")).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::walkCommitProvenance, walk))
        .extracting(info -> info.getCommit().getRepo().getName())
        .containsExactly("b", "c", "a", "a");
    var near = walk.toBuilder().setMaxDepth(1).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::walkCommitProvenance, near)).hasSize(3);
    var few = walk.toBuilder().setMaxCommits(1).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::walkCommitProvenance, few)).hasSize(2);
  }

  @Test
  void walksDownstreamFromTheCommitsThatArePicked() {
    diamond();
    var down = WalkCommitSubvenanceRequest.newBuilder().addStart(head("a")).build();
    assertThat(server.list(APIGrpc.APIBlockingStub::walkCommitSubvenance, down))
        .extracting(info -> info.getCommit().getRepo().getName())
        .containsExactly("b", "c", "d");
    var nothing = down.toBuilder().addStart(CommitPicker.getDefaultInstance()).build();
    assertInvalid(
        () -> server.list(APIGrpc.APIBlockingStub::walkCommitSubvenance, nothing),
        "commit picker cannot be nil");
  }
}
