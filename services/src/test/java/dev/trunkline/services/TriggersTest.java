package dev.trunkline.services;

import static dev.trunkline.services.PfsServer.branch;
import static dev.trunkline.services.PfsServer.branchRequest;
import static dev.trunkline.services.PfsServer.commit;
import static dev.trunkline.services.PfsServer.repo;
import static dev.trunkline.services.Refusals.assertForbidden;
import static dev.trunkline.services.Refusals.assertInvalid;
import static dev.trunkline.services.Refusals.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.InspectBranchRequest;
import dev.trunkline.wire.pfs.Trigger;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Branches that follow others of their repo by themselves. Where a commit is finished, the
/// branches that follow it have moved.
class TriggersTest {
  @TempDir Path folder;
  private PfsServer server;

  @BeforeEach
  void open() {
    server = new PfsServer(folder);
    server.createRepo("a");
    server.createBranch("a", "master");
  }

  @AfterEach
  void close() {
    assertThat(server.fsck()).isEmpty();
    server.close();
  }

  private static Trigger.Builder on(String source) {
    return Trigger.newBuilder().setBranch(source);
  }

  private Empty follow(String name, Trigger.Builder trigger) {
    return server.pfs.createBranch(branchRequest("a", name).setTrigger(trigger).build());
  }

  private Trigger trigger(String name) {
    return server
        .pfs
        .inspectBranch(InspectBranchRequest.newBuilder().setBranch(branch("a", name)).build())
        .getTrigger();
  }

  /// A finished commit on `a@master` that adds so many bytes.
  private Commit put(int bytes) {
    server.put("a", "master", "/x", "x".repeat(bytes));
    return server.await(commit("a", "master", "")).getCommit();
  }

  private Empty delete(String name, boolean force) {
    return server.pfs.deleteBranch(
        DeleteBranchRequest.newBuilder().setBranch(branch("a", name)).setForce(force).build());
  }

  @Test
  void aTriggerNamesABranchOfItsRepo() {
    assertInvalid(
        () -> follow("t", Trigger.newBuilder().setSize("1B")),
        "triggers must specify a branch to trigger on");
    assertInvalid(
        () -> follow("t", on("b@master")),
        "name (b@master) invalid: only alphanumeric characters, underscores, and dashes are"
            + " allowed");
    assertMissing(
        () -> follow("t", on("later")),
        "branch (id=0, branch=default/a@later) not found: branch \"later\" not found in repo"
            + " default/a");
    assertThatThrownBy(() -> trigger("t")).hasMessageContaining("not found");
  }

  @Test
  void triggersFormNoLoop() {
    assertInvalid(() -> follow("master", on("master")), "triggers cannot form a loop");
    follow("b", on("master"));
    follow("c", on("b"));
    assertInvalid(() -> follow("master", on("c")), "triggers cannot form a loop");
    assertInvalid(() -> follow("b", on("c")), "triggers cannot form a loop");
  }

  @Test
  void aConditionCanBeRead() {
    assertThatThrownBy(() -> follow("t", on("master").setRateLimitSpec("never")))
        .hasMessageContaining("invalid trigger rate limit spec");
    assertThatThrownBy(() -> follow("t", on("master").setCronSpec("1 2 3 4 5 6")))
        .hasMessageContaining("invalid trigger cron spec");
    for (var size : new String[] {"big", "1Q", "-1", "1e3", "99999999P"}) {
      assertInvalid(
          () -> follow("t", on("master").setSize(size)), "invalid trigger size: \"" + size + "\"");
    }
    assertInvalid(
        () -> follow("t", on("master").setCommits(-1)),
        "can't trigger on a negative number of commits");
  }

  @Test
  void aBranchIsMadeFromOthersOrFollowsOne() {
    server.createRepo("b");
    var both = branchRequest("a", "t", "b@master").setTrigger(on("master")).build();
    assertInvalid(
        () -> server.pfs.createBranch(both), "a branch cannot have both provenance and a trigger");
  }

  @Test
  void aTriggerStaysUntilAnotherIsGiven() {
    follow("t", on("master").setSize("1K").setAll(true));
    server.createBranch("a", "t");
    assertThat(trigger("t")).isEqualTo(on("master").setSize("1K").setAll(true).build());
    follow("t", on("master").setCommits(3));
    assertThat(trigger("t")).isEqualTo(on("master").setCommits(3).build());
  }

  @Test
  void followsOnceTheDataHasGrownSoMuch() {
    follow("t", on("master").setSize("1K"));
    var before = server.head("a", "t");
    put(999);
    assertThat(server.head("a", "t")).isEqualTo(before);
    var grown = put(1);
    assertThat(server.head("a", "t")).isEqualTo(grown);
    put(999);
    assertThat(server.head("a", "t")).as("counted from where it is").isEqualTo(grown);
    var more = put(1);
    assertThat(server.head("a", "t")).isEqualTo(more);
  }

  @Test
  void sizesCountByThousandsHoweverTheyAreSpelled() {
    var spellings = new String[] {"2k", "2KB", "2Ki", "2 KiB", "2000", "2000b", "0.002m"};
    for (int i = 0; i < spellings.length; i++) {
      follow("t" + i, on("master").setSize(spellings[i]));
    }
    put(1999);
    var heads = new java.util.ArrayList<Commit>();
    for (int i = 0; i < spellings.length; i++) {
      heads.add(server.head("a", "t" + i));
    }
    assertThat(heads).doesNotContain(server.head("a", "master"));
    var grown = put(1);
    for (int i = 0; i < spellings.length; i++) {
      assertThat(server.head("a", "t" + i)).as(spellings[i]).isEqualTo(grown);
    }
  }

  @Test
  void followsEverySoManyCommits() {
    follow("one", on("master").setCommits(1));
    follow("two", on("master").setCommits(2));
    follow("three", on("master").setCommits(3));
    var empty = server.head("a", "two");
    for (int i = 1; i <= 6; i++) {
      put(1);
      var back = new String[] {"^" + i % 1, "^" + i % 2, "^" + i % 3};
      assertThat(server.head("a", "one")).isEqualTo(named(back[0]));
      assertThat(server.head("a", "two"))
          .as("after %d", i)
          .isEqualTo(i < 2 ? empty : named(back[1]));
      if (i >= 3) {
        assertThat(server.head("a", "three")).as("after %d", i).isEqualTo(named(back[2]));
      }
    }
  }

  private Commit named(String suffix) {
    return server.inspect(commit("a", "master", suffix)).getCommit();
  }

  @Test
  void aFirstCommitCountsUnlessItIsEmptyByItself() {
    server.put("a", "own", "/x", "1");
    server.await(commit("a", "own", ""));
    follow("t", on("own").setCommits(2));
    server.put("a", "own", "/x", "1");
    var second = server.await(commit("a", "own", "")).getCommit();
    assertThat(server.head("a", "t")).isEqualTo(second);
    follow("u", on("master").setCommits(2));
    var before = server.head("a", "u");
    put(1);
    assertThat(server.head("a", "u")).isEqualTo(before);
  }

  @Test
  void oneConditionIsEnoughOrAllMustHold() {
    follow("any", on("master").setSize("100").setCommits(2));
    follow("all", on("master").setSize("100").setCommits(2).setAll(true));
    var before = server.head("a", "all");
    var large = put(100);
    assertThat(server.head("a", "any")).isEqualTo(large);
    assertThat(server.head("a", "all")).isEqualTo(before);
    var second = put(1);
    assertThat(server.head("a", "any")).isEqualTo(large);
    assertThat(server.head("a", "all")).isEqualTo(second);
    var third = put(1);
    assertThat(server.head("a", "any")).isEqualTo(third);
  }

  @Test
  void withoutConditionsAllHoldAndNoneDoes() {
    follow("any", on("master"));
    follow("all", on("master").setAll(true));
    var before = server.head("a", "any");
    var next = put(1);
    assertThat(server.head("a", "any")).isEqualTo(before);
    assertThat(server.head("a", "all")).isEqualTo(next);
  }

  @Test
  void followsNoMoreOftenThanItsRate() {
    follow("t", on("master").setRateLimitSpec("@every 24h"));
    var before = server.head("a", "t");
    put(1);
    assertThat(server.head("a", "t")).isEqualTo(before);
  }

  @Test
  void aHeadThatIsOpenIsLongAgo() {
    var open = server.start("a", "slow");
    var request = branchRequest("a", "t").setHead(open);
    var _ =
        server.pfs.createBranch(
            request.setTrigger(on("master").setRateLimitSpec("@every 24h")).build());
    var next = put(1);
    assertThat(server.head("a", "t")).isEqualTo(next);
  }

  @Test
  void branchesThatFollowEachOtherMoveTogether() {
    follow("b", on("master").setSize("100"));
    follow("c", on("b").setSize("200"));
    server.createBranch("a", "other");
    follow("d", on("other").setAll(true));
    var untouched = server.head("a", "d");
    var empty = server.head("a", "c");
    var first = put(100);
    assertThat(server.head("a", "b")).isEqualTo(first);
    assertThat(server.head("a", "c")).isEqualTo(empty);
    put(99);
    assertThat(server.head("a", "b")).isEqualTo(first);
    assertThat(server.head("a", "c")).as("b did not move").isEqualTo(empty);
    var last = put(1);
    assertThat(server.head("a", "b")).isEqualTo(last);
    assertThat(server.head("a", "c")).isEqualTo(last);
    assertThat(server.head("a", "d")).isEqualTo(untouched);
  }

  @Test
  void movingABranchIsNoCommit() {
    server.put("a", "other", "/x", "1");
    var other = server.await(commit("a", "other", "")).getCommit();
    follow("t", on("master").setAll(true));
    var before = server.head("a", "t");
    var _ = server.pfs.createBranch(branchRequest("a", "master").setHead(other).build());
    assertThat(server.head("a", "t")).isEqualTo(before);
  }

  @Test
  void aCommitWithAnErrorIsNotFollowed() {
    follow("t", on("master").setAll(true));
    var before = server.head("a", "t");
    var bad = server.start("a", "master");
    var _ =
        server.pfs.finishCommit(
            FinishCommitRequest.newBuilder().setCommit(bad).setError("broken").build());
    server.await(bad);
    assertThat(server.head("a", "t")).isEqualTo(before);
  }

  @Test
  void aCommitIsFollowedThoughItsBranchHasMovedSince() {
    follow("t", on("master").setAll(true));
    var old = server.head("a", "master");
    var left = server.start("a", "master");
    var _ = server.pfs.createBranch(branchRequest("a", "master").setHead(old).build());
    server.finish(left);
    assertThat(server.head("a", "t")).isEqualTo(left);
    assertThat(server.head("a", "master")).isEqualTo(old);
  }

  @Test
  void whatIsMadeFromABranchThatFollowsGetsACommitOfItsOwnSet() {
    follow("t", on("master").setSize("1B"));
    server.createRepo("b");
    server.createBranch("b", "master", "a@t");
    server.finish(server.head("b", "master"));
    var moved = put(1);
    var made = server.inspect(server.head("b", "master"));
    assertThat(made.getCommit().getId()).isNotEqualTo(moved.getId());
    assertThat(made.getDirectProvenance(0).getId()).isEqualTo(moved.getId());
    assertThat(server.inspect(commit("a", "t", made.getCommit().getId())).getCommit())
        .isEqualTo(moved);
    assertThat(server.commits("b")).hasSize(2);
  }

  @Test
  void anOutputIsFollowedToo() {
    server.createRepo("b");
    server.createBranch("b", "master", "a@master");
    server.finish(server.head("b", "master"));
    var request = branchRequest("b", "t").setTrigger(on("master").setSize("1B"));
    var _ = server.pfs.createBranch(request.build());
    var set = put(1);
    var output = server.head("b", "master");
    server.put(output, "/y", "1");
    server.finish(output);
    assertThat(server.head("b", "t").getId()).isEqualTo(set.getId());
  }

  @Test
  void aBranchThatIsFollowedOrFollowsIsDeletedByForceOnly() {
    follow("t", on("master").setAll(true));
    assertForbidden(
        () -> delete("master", false),
        "branch \"default/a@master\" cannot be deleted because it is triggered by branches"
            + " [default/a@t]");
    assertForbidden(
        () -> delete("t", false),
        "branch \"default/a@t\" cannot be deleted because it triggers branches"
            + " [default/a@master]");
    delete("master", true);
    assertThat(trigger("t")).isEqualTo(Trigger.getDefaultInstance());
    delete("t", false);
  }

  @Test
  void aRepoIsDeletedWithTheTriggersInIt() {
    follow("t", on("master").setAll(true));
    var delete = DeleteRepoRequest.newBuilder().setRepo(repo("a")).build();
    assertThat(server.pfs.deleteRepo(delete).getDeleted()).isTrue();
  }
}
