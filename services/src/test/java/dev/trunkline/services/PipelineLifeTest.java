package dev.trunkline.services;

import static dev.trunkline.services.PpsFixture.copying;
import static dev.trunkline.services.PpsFixture.list;
import static dev.trunkline.services.PpsFixture.pipeline;
import static dev.trunkline.services.PpsFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Await;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSet;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.ProjectPicker;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.pps.CheckStatusRequest;
import dev.trunkline.wire.pps.DeletePipelineRequest;
import dev.trunkline.wire.pps.DeletePipelinesRequest;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.PipelineInfo;
import dev.trunkline.wire.pps.PipelinePage;
import dev.trunkline.wire.pps.PipelineState;
import dev.trunkline.wire.pps.PipelinesSummaryRequest;
import dev.trunkline.wire.pps.RerunPipelineRequest;
import dev.trunkline.wire.pps.StartPipelineRequest;
import dev.trunkline.wire.pps.StopPipelineRequest;
import dev.trunkline.wire.trunkline.APIGrpc;
import dev.trunkline.wire.trunkline.ReusedDatumsRequest;
import io.grpc.Status;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pipelines from their creation to their end, as clients see them.
class PipelineLifeTest extends PpsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private List<CommitInfo> set(String id) {
    var request =
        InspectCommitSetRequest.newBuilder()
            .setCommitSet(CommitSet.newBuilder().setId(id))
            .setWait(true)
            .build();
    return list(server.pfs().inspectCommitSet(request));
  }

  private static String where(CommitInfo commit) {
    var repo = commit.getCommit().getRepo();
    return repo.getName() + "." + repo.getType() + " " + commit.getOrigin().getKind();
  }

  private void awaitState(String name, PipelineState state) {
    Await.until(name + " is " + state, LONG, () -> pps.inspect(name).getState() == state);
  }

  private void stop(String name) {
    pps.pps().stopPipeline(StopPipelineRequest.newBuilder().setPipeline(pipeline(name)).build());
  }

  private void start(String name) {
    pps.pps().startPipeline(StartPipelineRequest.newBuilder().setPipeline(pipeline(name)).build());
  }

  @Test
  void aPipelineBeginsWithACommitSetOfFour() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    var made = set(pps.finished("p").getJob().getId());
    assertThat(made)
        .extracting(PipelineLifeTest::where)
        .containsExactlyInAnyOrder("in.user USER", "p.spec AUTO", "p.user AUTO", "p.meta AUTO");
    assertThat(made).last().extracting(c -> c.getCommit().getRepo().getName()).isEqualTo("p");
    pps.create(copying("q", "p"));
    pps.put("in", "/b", "1");
    var id = pps.finished("q").getJob().getId();
    assertThat(set(id)).hasSize(7);
    assertThat(set(id))
        .filteredOn(c -> c.getCommit().getId().equals(id))
        .extracting(PipelineLifeTest::where)
        .containsExactlyInAnyOrder(
            "in.user USER", "p.user AUTO", "p.meta AUTO", "q.user AUTO", "q.meta AUTO");
    var output = set(id).stream().filter(c -> where(c).equals("p.user AUTO")).findFirst();
    assertThat(output.orElseThrow().getDirectProvenanceList())
        .extracting(c -> c.getRepo().getName() + "." + c.getRepo().getType())
        .containsExactlyInAnyOrder("in.user", "p.spec");
  }

  @Test
  void aPipelineOfNothingRunsAtOnceAndItsReposSayWhatTheyAre() {
    pps.create(copying("p", "in"));
    var job = pps.finished("p");
    assertThat(job.getState()).isEqualTo(JobState.JOB_SUCCESS);
    assertThat(job.getDataTotal()).isZero();
    assertThat(set(job.getJob().getId())).hasSize(4);
    var repos =
        list(server.pfs().listRepo(ListRepoRequest.newBuilder().setType("").build())).stream()
            .filter(r -> r.getRepo().getName().equals("p"))
            .toList();
    assertThat(repos)
        .extracting(r -> r.getRepo().getType() + ": " + r.getDescription())
        .containsExactlyInAnyOrder(
            "user: Output repo for pipeline default/p.",
            "spec: Spec repo for pipeline default/p.",
            "meta: Meta repo for pipeline p");
    awaitState("p", PipelineState.PIPELINE_RUNNING);
  }

  @Test
  void aStoppedPipelineIsUpdatedWithoutACommitUntilItStarts() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.finished("p");
    stop("p");
    awaitState("p", PipelineState.PIPELINE_PAUSED);
    pps.create(copying("p", "in").replace("copying", "other"), true);
    pps.put("in", "/b", "2");
    var info = pps.inspect("p");
    assertThat(info.getVersion()).isEqualTo(2);
    assertThat(info.getStopped()).isTrue();
    assertThat(info.getState()).isEqualTo(PipelineState.PIPELINE_PAUSED);
    assertThat(pps.jobs("p")).hasSize(1);
    start("p");
    var job = pps.finished("p");
    assertThat(pps.jobs("p")).hasSize(2);
    assertThat(job.getPipelineVersion()).isEqualTo(2);
    assertThat(job.getDataProcessed()).isEqualTo(1);
    assertThat(job.getDataSkipped()).isEqualTo(1);
    assertThat(pps.inspect("p").getState()).isEqualTo(PipelineState.PIPELINE_RUNNING);
  }

  @Test
  void stoppingAndUpdatingKillJobsWithTheirReasons() {
    var sleeping = copying("p", "in").replace("echo copying", "sleep 600");
    pps.put("in", "/a", "1");
    pps.create(sleeping);
    var first = pps.jobs("p").getFirst().getJob();
    pps.create(sleeping, true);
    assertThat(pps.await(first).getReason())
        .isEqualTo("all jobs killed because pipeline was updated for user unknown_username");
    var second = pps.jobs("p").getFirst().getJob();
    stop("p");
    assertThat(pps.await(second).getReason())
        .isEqualTo("all jobs killed because pipeline was stopped for user unknown_username");
    assertThat(pps.inspect("p").getLastJobState()).isEqualTo(JobState.JOB_KILLED);
    stop("unknown");
    refused(
        Status.Code.NOT_FOUND,
        "not found",
        () ->
            pps.pps()
                .stopPipeline(
                    StopPipelineRequest.newBuilder()
                        .setPipeline(pipeline("unknown"))
                        .setMustExist(true)
                        .build()));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "request.Pipeline cannot be nil",
        () -> pps.pps().startPipeline(StartPipelineRequest.getDefaultInstance()));
    refused(
        Status.Code.NOT_FOUND,
        "pipeline \"default/unknown\" not found",
        () ->
            pps.pps()
                .startPipeline(
                    StartPipelineRequest.newBuilder().setPipeline(pipeline("unknown")).build()));
  }

  @Test
  void anUpdateMayChangeTheBranchesThatAPipelineReadsAndWrites() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.finished("p");
    pps.create(copying("p", "in").replace("'glob'", "'branch': 'other', 'glob'"), true);
    assertThat(pps.finished("p").getDataTotal()).isZero();
    pps.create(copying("p", "in").replace("'input'", "'output_branch': 'result', 'input'"), true);
    var job = pps.finished("p");
    assertThat(job.getState()).isEqualTo(JobState.JOB_SUCCESS);
    assertThat(job.getOutputCommit().getBranch().getName()).isEqualTo("result");
    pps.put("in", "/b", "1");
    var id = pps.finished("p").getJob().getId();
    assertThat(set(id)).hasSize(4).allMatch(CommitInfo::hasFinished);
  }

  @Test
  void aLimitThatIsNoQuantityFailsThePipeline() {
    pps.put("in", "/a", "1");
    pps.create(
        copying("p", "in")
            .replace("'transform'", "'resource_limits': {'memory': 'lots'}, 'transform'"));
    awaitState("p", PipelineState.PIPELINE_FAILURE);
    assertThat(pps.inspect("p").getReason())
        .contains("could not update resources", "resource_limits.memory \"lots\"", "64Mi");
    pps.create(
        copying("p", "in")
            .replace(
                "'transform'", "'resource_limits': {'memory': '1Gi', 'cpu': 0.5}, 'transform'"),
        true);
    assertThat(pps.finished("p").getState()).isEqualTo(JobState.JOB_SUCCESS);
  }

  @Test
  void aPipelineWithoutACommandFailsAndOnlyAnUpdateCuresIt() {
    pps.put("in", "/a", "1");
    pps.create("{'pipeline': {'name': 'p'}, 'input': {'pfs': {'repo': 'in', 'glob': '/*'}}}");
    awaitState("p", PipelineState.PIPELINE_FAILURE);
    assertThat(pps.inspect("p").getReason())
        .startsWith("nothing to run: no transform.cmd")
        .contains("update the pipeline");
    stop("p");
    start("p");
    assertThat(pps.inspect("p").getState()).isEqualTo(PipelineState.PIPELINE_FAILURE);
    pps.create(copying("p", "in"), true);
    assertThat(pps.finished("p").getState()).isEqualTo(JobState.JOB_SUCCESS);
    assertThat(pps.inspect("p").getState()).isEqualTo(PipelineState.PIPELINE_RUNNING);
    assertThat(pps.inspect("p").getReason()).isEmpty();
  }

  @Test
  void anImageOfItsOwnCrashesWithBothCures() {
    pps.create(copying("p", "in").replace("'cmd'", "'image': 'example/iris:1', 'cmd'"));
    awaitState("p", PipelineState.PIPELINE_CRASHING);
    assertThat(pps.inspect("p").getReason())
        .contains("example/iris:1", "--runner process", "remove transform.image");
    assertThat(pps.inspect("p").getDetails().hasWorkersStartedAt()).isTrue();
    pps.create(copying("p", "in"), true);
    assertThat(pps.finished("p").getState()).isEqualTo(JobState.JOB_SUCCESS);
    assertThat(pps.inspect("p").getState()).isEqualTo(PipelineState.PIPELINE_RUNNING);
  }

  @Test
  void aPipelineRecoversOnceItsFolderIsThere() throws Exception {
    var code = folder.resolve("code");
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in").replace("'cmd'", "'working_dir': '" + code + "', 'cmd'"));
    awaitState("p", PipelineState.PIPELINE_CRASHING);
    assertThat(pps.inspect("p").getReason()).contains(code.toString(), "does not exist");
    Files.createDirectory(code);
    assertThat(pps.finished("p").getState()).isEqualTo(JobState.JOB_SUCCESS);
    awaitState("p", PipelineState.PIPELINE_RUNNING);
    assertThat(pps.inspect("p").getReason()).isEmpty();
  }

  @Test
  void whatFailedIsNotCountedAsKept() {
    pps.put("in", "/good", "1", "/bad", "2");
    pps.create(
        copying("p", "in").replace("'stdin': [", "'stdin': ['test ! -e /pfs/in/bad || exit 1', "));
    assertThat(pps.finished("p").getState()).isEqualTo(JobState.JOB_FAILURE);
    pps.create(copying("p", "in"), true);
    var request = ReusedDatumsRequest.newBuilder().setPipeline(pipeline("p")).build();
    var kept = APIGrpc.newBlockingStub(server.channel()).reusedDatums(request);
    assertThat(kept.getTotal()).isEqualTo(2);
    assertThat(kept.getReused()).isEqualTo(1);
  }

  @Test
  void aPipelineThatScalesStandsByWhenThereIsNothingToDo() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in").replace("'input'", "'autoscaling': true, 'input'"));
    awaitState("p", PipelineState.PIPELINE_STANDBY);
    assertThat(pps.finished("p").getState()).isEqualTo(JobState.JOB_SUCCESS);
    stop("p");
    awaitState("p", PipelineState.PIPELINE_PAUSED);
    start("p");
    awaitState("p", PipelineState.PIPELINE_STANDBY);
    pps.put("in", "/b", "2");
    assertThat(pps.finished("p").getDataProcessed()).isEqualTo(1);
    awaitState("p", PipelineState.PIPELINE_STANDBY);
  }

  @Test
  void rerunningMakesAVersionAndKeepsTheText() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    var before = pps.inspect("p");
    pps.finished("p");
    pps.pps().rerunPipeline(RerunPipelineRequest.newBuilder().setPipeline(pipeline("p")).build());
    assertThat(pps.finished("p").getDataSkipped()).isEqualTo(1);
    var after = pps.inspect("p");
    assertThat(after.getVersion()).isEqualTo(2);
    assertThat(after.getUserSpecJson()).isEqualTo(before.getUserSpecJson());
    assertThat(after.getDetails().getSalt()).isEqualTo(before.getDetails().getSalt());
    assertThat(after.getDetails().getCreatedAt()).isEqualTo(before.getDetails().getCreatedAt());
    var again = RerunPipelineRequest.newBuilder().setPipeline(pipeline("p")).setReprocess(true);
    pps.pps().rerunPipeline(again.build());
    assertThat(pps.finished("p").getDataProcessed()).isEqualTo(1);
    refused(
        Status.Code.NOT_FOUND,
        "inspect pipeline",
        () ->
            pps.pps()
                .rerunPipeline(
                    RerunPipelineRequest.newBuilder().setPipeline(pipeline("q")).build()));
  }

  @Test
  void aDeletedPipelineMayLeaveItsRepo() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.create(copying("q", "p"));
    pps.finished("q");
    refused(
        Status.Code.FAILED_PRECONDITION,
        "p",
        () ->
            pps.pps()
                .deletePipeline(
                    DeletePipelineRequest.newBuilder().setPipeline(pipeline("p")).build()));
    assertThat(pps.inspect("p").getState()).isEqualTo(PipelineState.PIPELINE_RUNNING);
    assertThat(pps.jobs("p")).isNotEmpty();
    pps.pps()
        .deletePipeline(
            DeletePipelineRequest.newBuilder()
                .setPipeline(pipeline("p"))
                .setKeepRepo(true)
                .build());
    refused(Status.Code.NOT_FOUND, "pipeline \"default/p\" not found", () -> pps.inspect("p"));
    refused(
        Status.Code.FAILED_PRECONDITION,
        "pipeline \"p\" cannot be created because a repo with the same name already exists",
        () -> pps.create(copying("p", "in")));
    pps.put("p", "/by-hand", "x");
    assertThat(pps.finished("q").getDataTotal()).isEqualTo(2);
    pps.pps().deletePipelines(DeletePipelinesRequest.newBuilder().setAll(true).build());
    server
        .pfs()
        .deleteRepo(
            DeleteRepoRequest.newBuilder()
                .setRepo(Repo.newBuilder().setName("p").setType("user"))
                .build());
    pps.create(copying("p", "in"));
    assertThat(pps.jobs("p")).hasSize(1);
    assertThat(pps.finished("p").getDataProcessed()).isEqualTo(1);
  }

  @Test
  void aJobWhoseInputIsDeletedBeforeItReadsItIsOver() {
    pps.create(copying("p", "in"));
    pps.finished("p");
    var in = Repo.newBuilder().setName("in").setType("user").setProject(PpsFixture.project());
    var branch = Branch.newBuilder().setName("master").setRepo(in);
    server.pfs().startCommit(StartCommitRequest.newBuilder().setBranch(branch).build());
    var job = pps.jobs("p").getFirst().getJob();
    server.pfs().deleteRepo(DeleteRepoRequest.newBuilder().setRepo(in).setForce(true).build());
    var over = pps.await(job);
    assertThat(over.getState()).isEqualTo(JobState.JOB_UNRUNNABLE);
    assertThat(over.getReason())
        .isEqualTo("unrunnable because commits of the following inputs were deleted: in");
  }

  @Test
  void pipelinesThatReadFromEachOtherAreDeletedTogether() {
    pps.create(copying("p", "in"));
    pps.create(copying("q", "p"));
    var gone =
        pps.pps()
            .deletePipelines(
                DeletePipelinesRequest.newBuilder().addProjects(PpsFixture.project()).build());
    assertThat(gone.getPipelinesList())
        .extracting(p -> p.getName())
        .containsExactlyInAnyOrder("p", "q");
    assertThat(pipelines(ListPipelineRequest.newBuilder())).isEmpty();
    pps.pps().deletePipeline(DeletePipelineRequest.newBuilder().setPipeline(pipeline("p")).build());
    refused(
        Status.Code.NOT_FOUND,
        "not found",
        () ->
            pps.pps()
                .deletePipeline(
                    DeletePipelineRequest.newBuilder()
                        .setPipeline(pipeline("p"))
                        .setMustExist(true)
                        .build()));
  }

  private List<PipelineInfo> pipelines(ListPipelineRequest.Builder request) {
    return list(pps.pps().listPipeline(request.build()));
  }

  @Test
  void listingByHistoryPageAndCommitSet() {
    pps.create(copying("p", "in"));
    pps.create(copying("q", "in"));
    var set = pps.finished("q").getJob().getId();
    pps.create(copying("p", "in"), true);
    pps.create(copying("p", "in"), true);
    var now = pipelines(ListPipelineRequest.newBuilder());
    assertThat(now).extracting(PipelineLifeTest::version).containsExactly("p 3", "q 1");
    assertThat(now).allMatch(PipelineInfo::hasDetails);
    assertThat(pipelines(ListPipelineRequest.newBuilder().setHistory(1)))
        .extracting(PipelineLifeTest::version)
        .containsExactly("p 3", "p 2", "q 1");
    assertThat(pipelines(ListPipelineRequest.newBuilder().setHistory(-1))).hasSize(4);
    assertThat(
            pipelines(
                ListPipelineRequest.newBuilder()
                    .setHistory(-1)
                    .setPage(PipelinePage.newBuilder().setPageSize(3).setPageIndex(1))))
        .extracting(PipelineLifeTest::version)
        .containsExactly("p 1");
    assertThat(
            pipelines(
                ListPipelineRequest.newBuilder().setCommitSet(CommitSet.newBuilder().setId(set))))
        .extracting(PipelineLifeTest::version)
        .containsExactly("q 1");
  }

  private static String version(PipelineInfo info) {
    return info.getPipeline().getName() + " " + info.getVersion();
  }

  @Test
  void whatIsWrongWithPipelinesIsCounted() {
    pps.put("in", "/a", "1");
    pps.create(copying("ok", "in"));
    pps.create(copying("bad", "in").replace("'echo copying'", "'exit 3'"));
    pps.create(copying("paused", "in"));
    stop("paused");
    pps.create("{'pipeline': {'name': 'empty'}, 'input': {'pfs': {'repo': 'in', 'glob': '/*'}}}");
    awaitState("empty", PipelineState.PIPELINE_FAILURE);
    List.of("ok", "bad", "empty").forEach(pps::finished);
    assertThat(pps.finished("bad")).extracting(JobInfo::getState).isEqualTo(JobState.JOB_FAILURE);
    var request =
        PipelinesSummaryRequest.newBuilder()
            .addProjects(ProjectPicker.newBuilder().setName("default"))
            .build();
    var summary = pps.pps().pipelinesSummary(request).getSummaries(0);
    assertThat(summary.getProject().getName()).isEqualTo("default");
    assertThat(summary.getActivePipelines()).isEqualTo(2);
    assertThat(summary.getPausedPipelines()).isEqualTo(1);
    assertThat(summary.getFailedPipelines()).isEqualTo(1);
    assertThat(summary.getUnhealthyPipelines()).isBetween(2L, 3L);
  }

  @Test
  void aPipelineThatRunsTooLongIsAnAlert() {
    pps.put("in", "/a", "1");
    pps.create(
        copying("p", "in")
            .replace("echo copying", "sleep 600")
            .replace("'input'", "'autoscaling': true, 'maximum_expected_uptime': '0.1s', 'input'"));
    var all = CheckStatusRequest.newBuilder().setAll(true).build();
    Await.until("an alert", LONG, () -> !list(pps.pps().checkStatus(all)).isEmpty());
    assertThat(list(pps.pps().checkStatus(all)).getFirst().getAlerts(0))
        .startsWith("default/p: Started running at ")
        .contains(", exceeded maximum uptime by ");
    pps.create(copying("q", "in").replace("'input'", "'maximum_expected_uptime': '1s', 'input'"));
    awaitState("q", PipelineState.PIPELINE_FAILURE);
    assertThat(pps.inspect("q").getReason())
        .isEqualTo("autoscaling must be true when max_expected_uptime is non-zero");
  }
}
