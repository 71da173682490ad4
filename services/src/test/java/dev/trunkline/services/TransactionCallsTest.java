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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Ids;
import dev.trunkline.base.Scope;
import dev.trunkline.wire.pfs.APIGrpc.APIBlockingStub;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitSet;
import dev.trunkline.wire.pfs.CreateProjectRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.DropCommitSetRequest;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.SquashCommitSetRequest;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.transaction.BatchTransactionRequest;
import dev.trunkline.wire.transaction.DeleteAllRequest;
import dev.trunkline.wire.transaction.DeleteTransactionRequest;
import dev.trunkline.wire.transaction.FinishTransactionRequest;
import dev.trunkline.wire.transaction.InspectTransactionRequest;
import dev.trunkline.wire.transaction.ListTransactionRequest;
import dev.trunkline.wire.transaction.StartTransactionRequest;
import dev.trunkline.wire.transaction.Transaction;
import dev.trunkline.wire.transaction.TransactionInfo;
import dev.trunkline.wire.transaction.TransactionResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that are collected under a transaction, or sent as a batch, and run as one.
class TransactionCallsTest {
  @TempDir Path folder;
  private PfsServer server;

  @BeforeEach
  void open() {
    server = new PfsServer(folder);
    server.createRepo("a");
    server.createRepo("b");
  }

  @AfterEach
  void close() {
    assertThat(server.fsck()).isEmpty();
    server.close();
  }

  private Transaction begin() {
    return server.transactions.startTransaction(StartTransactionRequest.getDefaultInstance());
  }

  /// The calls of a client that has joined transactions, as its metadata says.
  private APIBlockingStub in(Transaction... transactions) {
    var headers = new Metadata();
    for (var transaction : transactions) {
      headers.put(
          Metadata.Key.of("pach-transaction", Metadata.ASCII_STRING_MARSHALLER),
          transaction.getId());
    }
    return server.pfs.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private TransactionInfo inspect(Transaction transaction) {
    return server.transactions.inspectTransaction(
        InspectTransactionRequest.newBuilder().setTransaction(transaction).build());
  }

  private TransactionInfo finish(Transaction transaction) {
    return server.transactions.finishTransaction(
        FinishTransactionRequest.newBuilder().setTransaction(transaction).build());
  }

  private void delete(Transaction transaction) {
    var _ =
        server.transactions.deleteTransaction(
            DeleteTransactionRequest.newBuilder().setTransaction(transaction).build());
  }

  private List<Transaction> pending() {
    return server
        .transactions
        .listTransaction(ListTransactionRequest.getDefaultInstance())
        .getTransactionInfoList()
        .stream()
        .map(TransactionInfo::getTransaction)
        .toList();
  }

  private TransactionInfo batch(BatchTransactionRequest.Builder requests) {
    return server.transactions.batchTransaction(requests.build());
  }

  private static CreateRepoRequest create(String name) {
    return CreateRepoRequest.newBuilder().setRepo(repo(name)).build();
  }

  private static StartCommitRequest start(String repo) {
    return StartCommitRequest.newBuilder().setBranch(branch(repo, "master")).build();
  }

  private static FinishCommitRequest finishing(Commit commit) {
    return FinishCommitRequest.newBuilder().setCommit(commit).build();
  }

  private static DeleteRepoRequest delete(String repo) {
    return DeleteRepoRequest.newBuilder().setRepo(repo(repo)).build();
  }

  private List<String> repos() {
    return server.list(APIBlockingStub::listRepo, ListRepoRequest.getDefaultInstance()).stream()
        .map(info -> info.getRepo().getName())
        .toList();
  }

  /// Clients go on sending the header when their transaction is over, and then without an id.
  @Test
  void aCallThatJoinsATransactionWithoutAnIdJoinsNone() {
    var _ = in(Transaction.getDefaultInstance()).createRepo(create("c"));
    assertThat(server.pfs.inspectRepo(InspectRepoRequest.newBuilder().setRepo(repo("c")).build()))
        .isNotNull();
  }

  @Test
  void aTransactionBeginsEmpty() {
    var transaction = begin();
    assertThat(transaction.getId()).matches("[0-9a-f]{12}4[0-9a-f]{19}");
    var info = inspect(transaction);
    assertThat(info.getTransaction()).isEqualTo(transaction);
    assertThat(info.getRequestsList()).isEmpty();
    assertThat(info.getVersion()).isZero();
    assertThat(info.hasStarted()).isTrue();
    assertThat(finish(transaction).getResponsesList()).isEmpty();
  }

  @Test
  void whatIsCollectedHappensAtTheEnd() {
    var transaction = begin();
    var _ = in(transaction).createRepo(create("c"));
    var promised = in(transaction).startCommit(start("a"));
    assertThat(promised.getId()).isEqualTo(transaction.getId());
    assertThat(repos()).doesNotContain("c");
    assertMissing(
        () -> server.inspect(promised), "commit default/a@" + promised.getId() + " not found");
    assertThat(server.commits("a")).isEmpty();
    var collected = inspect(transaction);
    assertThat(collected.getRequestsList()).hasSize(2);
    assertThat(collected.getVersion()).isEqualTo(2);
    var done = finish(transaction);
    assertThat(repos()).contains("c");
    assertThat(server.head("a", "master")).isEqualTo(promised);
    assertThat(done.getRequestsList()).isEqualTo(collected.getRequestsList());
    assertThat(done.getStarted()).isEqualTo(collected.getStarted());
  }

  @Test
  void everyRequestHasItsResponseAndAStartItsCommit() {
    var transaction = begin();
    var _ = in(transaction).createRepo(create("c"));
    var commit = in(transaction).startCommit(start("a"));
    assertThat(commit.hasBranch()).isFalse();
    var whole = commit.toBuilder().setBranch(branch("a", "master")).build();
    assertThat(finish(transaction).getResponsesList())
        .containsExactly(
            TransactionResponse.getDefaultInstance(),
            TransactionResponse.newBuilder().setCommit(whole).build());
  }

  @Test
  void aFinishedTransactionIsGone() {
    var transaction = begin();
    finish(transaction);
    var refusal = "transactions " + transaction.getId() + " not found";
    assertMissing(() -> inspect(transaction), refusal);
    assertMissing(() -> finish(transaction), refusal);
    assertMissing(() -> delete(transaction), refusal);
    assertMissing(() -> in(transaction).createRepo(create("c")), refusal);
    assertThat(pending()).isEmpty();
  }

  @Test
  void whatIsDeletedNeverHappens() {
    var transaction = begin();
    var _ = in(transaction).createRepo(create("c"));
    delete(transaction);
    assertThat(pending()).isEmpty();
    assertThat(repos()).doesNotContain("c");
  }

  @Test
  void listsTransactionsNewestFirstUntilAllAreDeleted() {
    var first = begin();
    var second = begin();
    assertThat(pending()).containsExactly(second, first);
    var _ = server.transactions.deleteAll(DeleteAllRequest.getDefaultInstance());
    assertThat(pending()).isEmpty();
  }

  @Test
  void aTransactionIsNamed() {
    assertInvalid(
        () ->
            server.transactions.inspectTransaction(InspectTransactionRequest.getDefaultInstance()),
        "validate request: invalid InspectTransactionRequest.transaction: value is required");
    var lost = Transaction.newBuilder().setId(Ids.random()).build();
    assertMissing(() -> inspect(lost), "transactions " + lost.getId() + " not found");
  }

  @Test
  void laterRequestsSeeWhatEarlierOnesDid() {
    var transaction = begin();
    var client = in(transaction);
    var _ = client.createRepo(create("c"));
    var _ = client.createBranch(branchRequest("c", "master").build());
    var commit = client.startCommit(start("a"));
    var _ = client.finishCommit(finishing(commit));
    var _ = client.createBranch(branchRequest("a", "pin").setHead(commit).build());
    finish(transaction);
    assertThat(server.await(commit).hasFinished()).isTrue();
    assertThat(server.head("a", "pin")).isEqualTo(commit);
    assertThat(server.head("c", "master").getId()).isEqualTo(transaction.getId());
  }

  @Test
  void aCommitIsStartedOnABranchOfTheSameTransaction() {
    var transaction = begin();
    var client = in(transaction);
    var _ = client.createRepo(create("c"));
    var _ = client.createBranch(branchRequest("c", "master").build());
    var _ = client.createRepo(create("d"));
    var _ = client.createBranch(branchRequest("d", "master", "c@master").build());
    var commit = client.startCommit(start("c"));
    finish(transaction);
    assertThat(server.head("c", "master")).isEqualTo(commit);
    assertThat(server.commits("c")).hasSize(1);
    var started = server.inspect(commit);
    assertThat(started.getOrigin().getKind()).isEqualTo(OriginKind.USER);
    assertThat(started.hasFinishing()).isFalse();
    server.put(commit, "/a", "1");
    assertThat(server.finish(commit).getDetails().getSizeBytes()).isEqualTo(1);
    var below = server.inspect(server.head("d", "master"));
    assertThat(below.getCommit().getId()).isEqualTo(transaction.getId());
    assertThat(below.getDirectProvenanceList())
        .extracting(source -> source.toBuilder().clearBranch().build())
        .containsExactly(commit);
  }

  @Test
  void aCommitThatAnotherBranchHasTooIsNotStarted() {
    var transaction = begin();
    var client = in(transaction);
    var _ = client.createRepo(create("c"));
    var _ = client.createBranch(branchRequest("c", "master").build());
    var _ = client.createBranch(branchRequest("c", "other").build());
    assertThatThrownBy(() -> client.startCommit(start("c")))
        .hasMessageContaining("already has a commit in this transaction");
  }

  @Test
  void manyInputsAreFollowedByOneCommit() {
    server.createRepo("c");
    server.createBranch("c", "master", "a@master", "b@master");
    int before = server.commits("c").size();
    var transaction = begin();
    var left = in(transaction).startCommit(start("a"));
    var right = in(transaction).startCommit(start("b"));
    finish(transaction);
    assertThat(server.commits("c")).hasSize(before + 1);
    var made = server.inspect(server.head("c", "master"));
    assertThat(made.getCommit().getId()).isEqualTo(transaction.getId());
    assertThat(made.getDirectProvenanceList())
        .extracting(source -> source.toBuilder().clearBranch().build())
        .containsExactly(left, right);
  }

  @Test
  void aRepoHasOneCommitInATransaction() {
    var transaction = begin();
    var first = in(transaction).startCommit(start("a"));
    var _ = in(transaction).finishCommit(finishing(first));
    assertRefused(
        () -> in(transaction).startCommit(start("a")),
        Status.Code.ALREADY_EXISTS,
        "error running request 3 of 3: inconsistent dependencies: cannot create commit from"
            + " default/a@master; repo (default/a) already has a commit in this transaction");
    assertThat(inspect(transaction).getRequestsList()).hasSize(2);
  }

  @Test
  void aRequestThatIsRefusedIsNotCollected() {
    var transaction = begin();
    var _ = in(transaction).createRepo(create("c"));
    assertRefused(
        () -> in(transaction).createRepo(create("c")),
        Status.Code.ALREADY_EXISTS,
        "error running request 2 of 2: repo default/c already exists");
    assertThat(inspect(transaction).getRequestsList()).hasSize(1);
    assertThat(inspect(transaction).getVersion()).isEqualTo(1);
    finish(transaction);
    assertThat(repos()).contains("c");
  }

  @Test
  void whatFollowsAtTheEndIsCheckedAtOnce() {
    server.createBranch("b", "master", "a@x");
    server.createRepo("c");
    var transaction = begin();
    var twice = branchRequest("c", "master", "b@master", "a@y").build();
    assertThatThrownBy(() -> in(transaction).createBranch(twice))
        .hasMessageContaining("multiple branches from the same repo, \"default/a\"");
    assertThat(inspect(transaction).getRequestsList()).isEmpty();
  }

  @Test
  void aTransactionThatCannotHappenAnyMoreStaysAsItIs() {
    var transaction = begin();
    var _ = in(transaction).createRepo(create("d"));
    var _ = in(transaction).createRepo(create("c"));
    server.createRepo("c");
    var refusal = "error running request 2 of %d: repo default/c already exists";
    assertRefused(() -> finish(transaction), Status.Code.ALREADY_EXISTS, refusal.formatted(2));
    assertRefused(
        () -> in(transaction).createRepo(create("e")),
        Status.Code.ALREADY_EXISTS,
        refusal.formatted(3));
    assertThat(repos()).doesNotContain("d");
    assertThat(inspect(transaction).getRequestsList()).hasSize(2);
    var _ = server.pfs.deleteRepo(delete("c"));
    finish(transaction);
    assertThat(repos()).contains("c", "d");
  }

  @Test
  void aRepoIsDeletedAndMadeAgainWhetherItWasThereOrNot() {
    server.put("a", "master", "/x", "1");
    for (var name : List.of("a", "new")) {
      var transaction = begin();
      assertThat(in(transaction).deleteRepo(delete(name)).getDeleted()).isTrue();
      var _ = in(transaction).createRepo(create(name));
      finish(transaction);
      assertThat(server.commits(name)).isEmpty();
    }
  }

  @Test
  void deletingAndSquashingAreCollectedToo() {
    server.put("a", "master", "/x", "1");
    var old = server.await(commit("a", "master", "")).getCommit();
    server.put("a", "master", "/x", "2");
    server.await(commit("a", "master", ""));
    server.createBranch("b", "gone");
    var transaction = begin();
    var set = CommitSet.newBuilder().setId(old.getId());
    var _ =
        in(transaction)
            .squashCommitSet(SquashCommitSetRequest.newBuilder().setCommitSet(set).build());
    var _ =
        in(transaction)
            .deleteBranch(DeleteBranchRequest.newBuilder().setBranch(branch("b", "gone")).build());
    assertThat(server.commits("a")).hasSize(2);
    assertThat(server.head("b", "gone")).isNotNull();
    finish(transaction);
    assertThat(server.commits("a")).hasSize(1);
    assertThatThrownBy(() -> server.head("b", "gone")).hasMessageContaining("not found");
  }

  @Test
  void otherCallsOfAClientHappenAtOnce() {
    var transaction = begin();
    var client = in(transaction);
    var project = Project.newBuilder().setName("p");
    var _ = client.createProject(CreateProjectRequest.newBuilder().setProject(project).build());
    var open = server.start("a", "master");
    var set = CommitSet.newBuilder().setId(open.getId());
    var _ = client.dropCommitSet(DropCommitSetRequest.newBuilder().setCommitSet(set).build());
    assertMissing(() -> server.inspect(open), "commit default/a@" + open.getId() + " not found");
    var inspect = InspectRepoRequest.newBuilder().setRepo(repo("a")).build();
    assertThat(client.inspectRepo(inspect).getRepo()).isEqualTo(repo("a"));
    assertThat(inspect(transaction).getRequestsList()).isEmpty();
    var ofProject = Repo.newBuilder().setProject(project).setName("r").setType("user").build();
    var _ = server.pfs.createRepo(CreateRepoRequest.newBuilder().setRepo(ofProject).build());
  }

  @Test
  void aCallJoinsOneTransaction() {
    var first = begin();
    var second = begin();
    assertInvalid(
        () -> in(first, second).createRepo(create("c")),
        "a call can join one transaction, not 2: [%s, %s]"
            .formatted(first.getId(), second.getId()));
  }

  @Test
  void manyMayAddToATransactionAtOnce() {
    var transaction = begin();
    try (var scope = Scope.open("add")) {
      for (int i = 0; i < 5; i++) {
        var name = "many" + i;
        scope.run(() -> in(transaction).createRepo(create(name)));
      }
      scope.join();
    }
    assertThat(inspect(transaction).getVersion()).isEqualTo(5);
    finish(transaction);
    assertThat(repos()).contains("many0", "many1", "many2", "many3", "many4");
  }

  @Test
  void whatIsAddedBeforeTheEndHappensAndWhatComesLaterIsRefused() {
    for (int round = 0; round < 10; round++) {
      var transaction = begin();
      var added = new ArrayList<String>();
      try (var scope = Scope.open("end")) {
        int now = round;
        scope.run(() -> {
          try {
            for (int i = 0; ; i++) {
              var name = "r" + now + "-" + i;
              var _ = in(transaction).createRepo(create(name));
              added.add(name);
            }
          } catch (StatusRuntimeException e) {
            assertThat(e).hasMessageContaining("not found");
          }
        });
        finish(transaction);
        scope.join();
      }
      assertThat(repos()).containsAll(added);
    }
  }

  @Test
  void aBatchIsOneTransactionThatIsNotKept() {
    var requests = BatchTransactionRequest.newBuilder();
    assertThat(batch(requests).getResponsesList()).isEmpty();
    requests.addRequestsBuilder().setCreateRepo(create("c"));
    requests.addRequestsBuilder().setStartCommit(start("c"));
    var info = batch(requests);
    assertThat(info.getRequestsList()).isEqualTo(requests.getRequestsList());
    assertThat(info.getResponsesList()).hasSize(2);
    assertThat(info.getResponses(0).hasCommit()).isFalse();
    var commit = info.getResponses(1).getCommit();
    assertThat(commit.toBuilder().clearBranch().build()).isEqualTo(server.head("c", "master"));
    assertThat(commit.getId()).isEqualTo(info.getTransaction().getId());
    assertThat(pending()).isEmpty();
  }

  @Test
  void aBatchHappensAsAWholeOrNotAtAll() {
    var requests = BatchTransactionRequest.newBuilder();
    requests.addRequestsBuilder().setCreateRepo(create("c"));
    requests.addRequestsBuilder().setStartCommit(start("nope"));
    assertMissing(
        () -> batch(requests), "error running request 2 of 2: repo default/nope not found");
    var unknown = BatchTransactionRequest.newBuilder();
    unknown.addRequestsBuilder().setCreateRepo(create("c"));
    unknown.addRequestsBuilder();
    assertInvalid(
        () -> batch(unknown),
        "error running request 2 of 2: unrecognized transaction request type");
    assertThat(repos()).doesNotContain("c");
  }

  @Test
  void aBatchWithoutProjectsIsInTheDefaultOne() {
    var bare = Repo.newBuilder().setName("c");
    var requests = BatchTransactionRequest.newBuilder();
    requests.addRequestsBuilder().setCreateRepo(CreateRepoRequest.newBuilder().setRepo(bare));
    requests.addRequestsBuilder().getStartCommitBuilder().getBranchBuilder().setName("master");
    requests.getRequestsBuilder(1).getStartCommitBuilder().getBranchBuilder().setRepo(bare);
    var commit = batch(requests).getResponses(1).getCommit();
    assertThat(commit.getRepo()).isEqualTo(repo("c"));
    assertThat(server.head("c", "master").getId()).isEqualTo(commit.getId());
  }

  @Test
  void aHeadThatIsOpenIsRefusedWithinATransactionToo() {
    var open = server.start("a", "master");
    var transaction = begin();
    assertForbidden(
        () -> in(transaction).startCommit(start("a")),
        "error running request 1 of 1: parent commit default/a@"
            + open.getId()
            + " has not been finished");
  }
}
