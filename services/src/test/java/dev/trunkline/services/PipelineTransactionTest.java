package dev.trunkline.services;

import static dev.trunkline.services.PpsFixture.copying;
import static dev.trunkline.services.PpsFixture.pipeline;
import static dev.trunkline.services.PpsFixture.refused;
import static dev.trunkline.services.Refusals.assertInvalid;
import static dev.trunkline.services.Refusals.assertMissing;
import static dev.trunkline.services.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.CreatePipelineV2Request;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.PFSInput;
import dev.trunkline.wire.pps.StopJobRequest;
import dev.trunkline.wire.pps.Transform;
import dev.trunkline.wire.transaction.APIGrpc;
import dev.trunkline.wire.transaction.BatchTransactionRequest;
import dev.trunkline.wire.transaction.FinishTransactionRequest;
import dev.trunkline.wire.transaction.InspectTransactionRequest;
import dev.trunkline.wire.transaction.StartTransactionRequest;
import dev.trunkline.wire.transaction.Transaction;
import dev.trunkline.wire.transaction.TransactionInfo;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pipelines that are made, and jobs that are stopped, within a transaction.
class PipelineTransactionTest extends PpsTest {
  private APIGrpc.APIBlockingStub transactions() {
    return APIGrpc.newBlockingStub(server.channel());
  }

  private Transaction begin() {
    return transactions().startTransaction(StartTransactionRequest.getDefaultInstance());
  }

  private TransactionInfo inspect(Transaction transaction) {
    return transactions()
        .inspectTransaction(
            InspectTransactionRequest.newBuilder().setTransaction(transaction).build());
  }

  private TransactionInfo finish(Transaction transaction) {
    return transactions()
        .finishTransaction(
            FinishTransactionRequest.newBuilder().setTransaction(transaction).build());
  }

  private static ClientInterceptor joining(Transaction transaction) {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("pach-transaction", Metadata.ASCII_STRING_MARSHALLER), transaction.getId());
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private static CreatePipelineV2Request.Builder spec(String json) {
    return CreatePipelineV2Request.newBuilder()
        .setCreatePipelineRequestJson(json.replace('\'', '"'));
  }

  private String create(Transaction transaction, CreatePipelineV2Request.Builder request) {
    return pps.pps()
        .withInterceptors(joining(transaction))
        .createPipelineV2(request.build())
        .getEffectiveCreatePipelineRequestJson();
  }

  @Test
  void aPipelineIsMadeAtTheEndWithTheRepoThatItReads() {
    var transaction = begin();
    var repo = CreateRepoRequest.newBuilder().setRepo(Repo.newBuilder().setName("new")).build();
    var _ = server.pfs().withInterceptors(joining(transaction)).createRepo(repo);
    var effective = create(transaction, spec(copying("p", "new")));
    refused(Status.Code.NOT_FOUND, "not found", () -> pps.inspect("p"));
    var collected = inspect(transaction).getRequests(1).getCreatePipelineV2();
    assertThat(collected.getCreatePipelineRequest().getPipeline().getName()).isEqualTo("p");
    assertThat(collected.getUserJson()).contains("\"/*\"");
    assertThat(collected.getEffectiveJson()).contains("ubuntu:20.04");
    assertThat(effective).contains("ubuntu:20.04");
    finish(transaction);
    pps.put("new", "/a", "1");
    assertThat(pps.finished("p").getState()).isEqualTo(JobState.JOB_SUCCESS);
  }

  @Test
  void manyUpdatesMakeOneSetAndOneJobEach() {
    pps.create(copying("p", "in"));
    pps.create(copying("q", "in"));
    pps.put("in", "/a", "1");
    int before = pps.jobs("p").size();
    var transaction = begin();
    create(transaction, spec(copying("p", "in")).setUpdate(true));
    create(transaction, spec(copying("q", "in")).setUpdate(true));
    finish(transaction);
    for (var name : List.of("p", "q")) {
      assertThat(pps.inspect(name).getVersion()).isEqualTo(2);
      assertThat(pps.jobs(name)).hasSize(before + 1);
      assertThat(pps.jobs(name).getFirst().getJob().getId()).isEqualTo(transaction.getId());
    }
  }

  @Test
  void aPipelineMayReadOneThatIsMadeWithIt() {
    pps.put("in", "/a", "1");
    var transaction = begin();
    create(transaction, spec(copying("p", "in")));
    create(transaction, spec(copying("q", "p")));
    finish(transaction);
    assertThat(pps.jobs("q")).hasSize(1);
    assertThat(pps.finished("q").getState()).isEqualTo(JobState.JOB_SUCCESS);
    assertThat(pps.jobs("q").getFirst().getJob().getId()).isEqualTo(transaction.getId());
  }

  @Test
  void aPipelineThatIsRefusedIsNotCollected() {
    pps.create(copying("p", "in"));
    var transaction = begin();
    assertRefused(
        () -> create(transaction, spec(copying("p", "in"))),
        Status.Code.ALREADY_EXISTS,
        "error running request 1 of 1: pipeline \"default/p\" already exists");
    assertThat(inspect(transaction).getRequestsList()).isEmpty();
  }

  @Test
  void aDryRunIsNotCollected() {
    var transaction = begin();
    assertThat(create(transaction, spec(copying("p", "in")).setDryRun(true))).contains("\"p\"");
    assertThat(inspect(transaction).getRequestsList()).isEmpty();
  }

  @Test
  void aBatchMakesPipelinesFromRequestsAlone() {
    var request =
        CreatePipelineRequest.newBuilder()
            .setPipeline(pipeline("p"))
            .setTransform(Transform.newBuilder().addCmd("true"))
            .setInput(Input.newBuilder().setPfs(PFSInput.newBuilder().setRepo("new").setGlob("/")))
            .build();
    var batch = BatchTransactionRequest.newBuilder();
    batch.addRequestsBuilder().getCreateRepoBuilder().getRepoBuilder().setName("new");
    batch.addRequestsBuilder().getCreatePipelineV2Builder().setCreatePipelineRequest(request);
    var info = transactions().batchTransaction(batch.build());
    assertThat(info.getResponsesList()).hasSize(2);
    assertThat(pps.inspect("p").getVersion()).isEqualTo(1);
  }

  @Test
  void aJobIsStoppedAtTheEnd() {
    pps.create(
        """
        {'pipeline': {'name': 'p'}, 'input': {'pfs': {'repo': 'in', 'glob': '/'}},
         'transform': {'cmd': ['sleep', '1000']}}
        """);
    pps.put("in", "/a", "1");
    var job = pps.jobs("p").getFirst().getJob();
    var transaction = begin();
    var client = pps.pps().withInterceptors(joining(transaction));
    var _ = client.stopJob(StopJobRequest.newBuilder().setJob(job).setReason("enough").build());
    assertThat(pps.jobs("p").getFirst().getState())
        .isIn(JobState.JOB_CREATED, JobState.JOB_STARTING, JobState.JOB_RUNNING);
    finish(transaction);
    assertThat(pps.await(job).getState()).isEqualTo(JobState.JOB_KILLED);
    assertThat(pps.await(job).getReason()).isEqualTo("enough");
  }

  @Test
  void onlyRequestsThatMayBeCollectedAre() {
    var batch = BatchTransactionRequest.newBuilder();
    batch.addRequestsBuilder().getUpdateJobStateBuilder().getJobBuilder().setId("x");
    assertInvalid(
        () -> transactions().batchTransaction(batch.build()),
        "error running request 1 of 1: unrecognized transaction request type");
    var lost = Transaction.newBuilder().setId("lost").build();
    assertMissing(() -> create(lost, spec(copying("p", "in"))), "transactions lost not found");
  }
}
