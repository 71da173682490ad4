package dev.trunkline.services;

import static dev.trunkline.services.PpsFixture.copying;
import static dev.trunkline.services.PpsFixture.list;
import static dev.trunkline.services.PpsFixture.pipeline;
import static dev.trunkline.services.PpsFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.testkit.Await;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pps.CreateDatumRequest;
import dev.trunkline.wire.pps.Datum;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DatumState;
import dev.trunkline.wire.pps.DeleteJobRequest;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobSet;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.ListJobSetRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import dev.trunkline.wire.pps.LogMessage;
import dev.trunkline.wire.pps.PFSInput;
import dev.trunkline.wire.pps.RestartDatumRequest;
import dev.trunkline.wire.pps.StopJobRequest;
import dev.trunkline.wire.pps.SubscribeJobRequest;
import dev.trunkline.wire.pps.UpdateJobStateRequest;
import dev.trunkline.wire.pps.WorkerStatus;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// Jobs, datums and logs as clients see them, of pipelines that really run.
class JobsTest extends PpsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private List<JobInfo> jobs(ListJobRequest.Builder request) {
    return list(pps.pps().listJob(request.build()));
  }

  private static ListJobRequest.Builder all() {
    return ListJobRequest.newBuilder().setHistory(-1);
  }

  @Test
  void aJobSaysAllThatClientsRead() {
    pps.put("in", "/a", "1", "/b", "22");
    pps.create(copying("p", "in"));
    var job = pps.finished("p");
    assertThat(job.getState()).isEqualTo(JobState.JOB_SUCCESS);
    assertThat(job.getJob().getPipeline().getProject().getName()).isEqualTo("default");
    assertThat(job.hasStats()).isTrue();
    assertThat(job.getStats().hasDownloadTime()).isTrue();
    assertThat(job.getStats().getDownloadBytes()).isEqualTo(3);
    assertThat(job.getDataProcessed()).isEqualTo(2);
    assertThat(job.getDataTotal()).isEqualTo(2);
    assertThat(job.getOutputCommit().getId()).isEqualTo(job.getJob().getId());
    assertThat(job.getOutputCommit().getBranch().getName()).isEqualTo("master");
    assertThat(job.hasCreated() && job.hasStarted() && job.hasFinished()).isTrue();
    var details = job.getDetails();
    assertThat(details.getInput().getPfs().getCommit()).hasSize(32);
    assertThat(details.getTransform().getImage()).isEqualTo("ubuntu:20.04");
    assertThat(details.getParallelismSpec().getConstant()).isEqualTo(1);
    assertThat(details.getDatumTries()).isEqualTo(3);
    assertThat(details.getSalt()).hasSize(32);
    var bare = pps.pps().inspectJob(InspectJobRequest.newBuilder().setJob(job.getJob()).build());
    assertThat(bare.hasDetails()).isFalse();
  }

  @Test
  void unknownJobsAndMissingFields() {
    refused(
        Status.Code.INVALID_ARGUMENT,
        "must specify a job",
        () -> pps.pps().inspectJob(InspectJobRequest.getDefaultInstance()));
    var unknown = Job.newBuilder().setPipeline(pipeline("p")).setId("0".repeat(32)).build();
    refused(
        Status.Code.NOT_FOUND,
        "not found",
        () -> pps.pps().inspectJob(InspectJobRequest.newBuilder().setJob(unknown).build()));
    refused(
        Status.Code.NOT_FOUND,
        "pipeline \"default/p\" not found",
        () -> jobs(all().setPipeline(pipeline("p"))));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "Job must be specified",
        () -> pps.pps().stopJob(StopJobRequest.getDefaultInstance()));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "job cannot be nil",
        () -> pps.pps().deleteJob(DeleteJobRequest.getDefaultInstance()));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "pipeline must be specified",
        () -> list(pps.pps().subscribeJob(SubscribeJobRequest.getDefaultInstance())));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "number must be non-negative",
        () -> list(pps.pps().listJobSet(ListJobSetRequest.newBuilder().setNumber(-1).build())));
    var empty = InspectJobSetRequest.newBuilder().setJobSet(JobSet.newBuilder().setId("x")).build();
    assertThat(list(pps.pps().inspectJobSet(empty))).isEmpty();
  }

  @Test
  void listingJobsByEveryFilter() {
    pps.create(copying("p", "in"));
    pps.put("in", "/a", "1");
    pps.put("in", "/b", "2");
    pps.finished("p");
    var newest = jobs(all());
    assertThat(newest).hasSize(3);
    var oldest = jobs(all().setReverse(true));
    assertThat(oldest).isEqualTo(newest.reversed());
    assertThat(jobs(all().setNumber(2))).isEqualTo(newest.subList(0, 2));
    assertThat(jobs(all().setPaginationMarker(newest.getFirst().getCreated())))
        .isEqualTo(newest.subList(1, 3));
    assertThat(jobs(all().setReverse(true).setPaginationMarker(oldest.getFirst().getCreated())))
        .isEqualTo(oldest.subList(1, 3));
    assertThat(jobs(all().setJqFilter(".state == \"JOB_SUCCESS\" and .data_total == \"1\"")))
        .isEqualTo(newest.subList(1, 2));
    assertThat(jobs(all().setJqFilter("empty"))).isEmpty();
    var input =
        Commit.newBuilder()
            .setRepo(Repo.newBuilder().setName("in").setType("user"))
            .setId(newest.getFirst().getJob().getId());
    assertThat(jobs(all().addInputCommit(input))).isEqualTo(newest.subList(0, 1));
    pps.create(copying("p", "in"), true);
    pps.finished("p");
    assertThat(jobs(ListJobRequest.newBuilder())).hasSize(1);
    assertThat(jobs(ListJobRequest.newBuilder().setHistory(1))).hasSize(4);
    assertThat(
            jobs(all().addProjects(dev.trunkline.wire.pfs.Project.newBuilder().setName("other"))))
        .isEmpty();
  }

  @Test
  void filtersWithNamesThatMeanNothingAreRefusedWhereThereIsNothingToFilter() {
    for (var filter : List.of("nosuch(.state)", ".state == $absent")) {
      refused(
          Status.Code.INVALID_ARGUMENT,
          "error creating message filter function: error compiling jq filter: ",
          () -> jobs(ListJobRequest.newBuilder().setJqFilter(filter)));
      refused(
          Status.Code.INVALID_ARGUMENT,
          "error compiling jq filter: ",
          () ->
              list(
                  pps.pps()
                      .listPipeline(ListPipelineRequest.newBuilder().setJqFilter(filter).build())));
    }
    assertThat(jobs(ListJobRequest.newBuilder().setJqFilter(".state | error"))).isEmpty();
  }

  @Test
  void filtersThatAreNoneOrNeverEnd() {
    pps.create(copying("p", "in"));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "error parsing jq filter",
        () -> jobs(all().setJqFilter(".state ==")));
    refused(
        Status.Code.DEADLINE_EXCEEDED, "jq filter", () -> jobs(all().setJqFilter("def f: f; f")));
    refused(
        Status.Code.DEADLINE_EXCEEDED,
        "jq filter",
        () -> jobs(all().setJqFilter("last(range(0; 1e15))")));
    assertThat(jobs(all().setJqFilter("env == {} and $ENV == {}"))).hasSize(1);
  }

  @Test
  void setsOfJobs() {
    pps.create(copying("p", "in"));
    pps.create(copying("q", "p"));
    pps.put("in", "/a", "1");
    pps.finished("q");
    var sets = list(pps.pps().listJobSet(ListJobSetRequest.newBuilder().setDetails(true).build()));
    assertThat(sets).hasSize(3);
    assertThat(sets.getFirst().getJobsList())
        .extracting(j -> j.getJob().getPipeline().getName())
        .containsExactly("p", "q");
    assertThat(sets.getFirst().getJobs(0).hasDetails()).isTrue();
    assertThat(list(pps.pps().listJobSet(ListJobSetRequest.newBuilder().setNumber(1).build())))
        .hasSize(1);
    var onlyQ = ListJobSetRequest.newBuilder().setJqFilter(".job.pipeline.name == \"q\"").build();
    assertThat(list(pps.pps().listJobSet(onlyQ))).hasSize(2);
    var inspect =
        InspectJobSetRequest.newBuilder()
            .setJobSet(sets.getFirst().getJobSet())
            .setWait(true)
            .build();
    assertThat(list(pps.pps().inspectJobSet(inspect)))
        .extracting(j -> j.getJob().getPipeline().getName())
        .containsExactly("p", "q");
  }

  @Test
  void stoppingDeletingAndUpdatingJobs() {
    pps.put("in", "/a", "1");
    pps.create(
        """
        {'pipeline': {'name': 'p'}, 'input': {'pfs': {'repo': 'in', 'glob': '/*'}},
         'transform': {'cmd': ['sleep', '600']}}
        """);
    var job = pps.jobs("p").getFirst().getJob();
    refused(
        Status.Code.PERMISSION_DENIED,
        "kept by the server",
        () -> pps.pps().updateJobState(UpdateJobStateRequest.newBuilder().setJob(job).build()));
    refused(
        Status.Code.NOT_FOUND,
        "datum matching filter [a b] could not be found for job ID " + job.getId(),
        () ->
            pps.pps()
                .restartDatum(
                    RestartDatumRequest.newBuilder()
                        .setJob(job)
                        .addDataFilters("a")
                        .addDataFilters("b")
                        .build()));
    pps.pps().stopJob(StopJobRequest.newBuilder().setJob(job).build());
    var stopped = pps.await(job);
    assertThat(stopped.getState()).isEqualTo(JobState.JOB_KILLED);
    assertThat(stopped.getReason()).isEqualTo("job stopped");
    pps.pps().stopJob(StopJobRequest.newBuilder().setJob(job).setReason("again").build());
    assertThat(pps.await(job).getReason()).isEqualTo("job stopped");
    refused(
        Status.Code.FAILED_PRECONDITION,
        "job default/p@" + job.getId() + " has already finished",
        () -> pps.pps().updateJobState(UpdateJobStateRequest.newBuilder().setJob(job).build()));
    pps.pps().deleteJob(DeleteJobRequest.newBuilder().setJob(job).build());
    assertThat(pps.jobs("p")).isEmpty();
  }

  @Test
  void aJobThatWaitsSaysForWhatInItsReason() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in").replace("echo copying", "sleep 600"));
    pps.create(copying("q", "p"));
    var first = pps.jobs("p").getFirst().getJob();
    var waiting = pps.jobs("q").getFirst().getJob();
    var reason = "waits for commit default/p@" + first.getId() + ", which it reads, to be finished";
    Await.until(
        "the job says for what it waits",
        LONG,
        () -> pps.jobs("q").getFirst().getReason().startsWith(reason + ", since 2"));
    assertThat(pps.jobs("q").getFirst().getState()).isEqualTo(JobState.JOB_STARTING);
    pps.put("in", "/b", "2");
    var second = pps.jobs("p").getFirst();
    assertThat(second.getState()).isEqualTo(JobState.JOB_CREATED);
    assertThat(second.getReason())
        .startsWith("waits for its turn: its pipeline works on 1 at a time");
    pps.pps().stopJob(StopJobRequest.newBuilder().setJob(first).build());
    assertThat(pps.await(waiting).getReason())
        .isEqualTo("unrunnable because the following upstream pipelines failed: p");
    pps.pps().stopJob(StopJobRequest.newBuilder().setJob(second.getJob()).build());
  }

  @Test
  void aRunningDatumIsSeenAndCanBeRestarted() {
    pps.put("in", "/a", "1");
    pps.create(
        """
        {'pipeline': {'name': 'p'}, 'input': {'pfs': {'repo': 'in', 'glob': '/*'}},
         'transform': {'cmd': ['sh'], 'stdin': ['sleep 600']}}
        """);
    var job = pps.jobs("p").getFirst().getJob();
    Await.until("a worker is at it", LONG, () -> status(job).size() == 1);
    var before = status(job).getFirst();
    assertThat(before.getWorkerId()).isEqualTo("default-p-v1-0");
    assertThat(before.getJobId()).isEqualTo(job.getId());
    assertThat(before.getDatumStatus().getData(0).getPath()).isEqualTo("/a");
    var restart = RestartDatumRequest.newBuilder().setJob(job);
    refused(
        Status.Code.NOT_FOUND,
        "datum matching filter [/a /b] could not be found",
        () ->
            pps.pps()
                .restartDatum(restart.clone().addDataFilters("/a").addDataFilters("/b").build()));
    pps.pps().restartDatum(restart.clone().addDataFilters("/a").build());
    Await.until(
        "another attempt",
        LONG,
        () ->
            status(job).stream()
                .anyMatch(now ->
                    !now.getDatumStatus()
                        .getStarted()
                        .equals(before.getDatumStatus().getStarted())));
    Await.until(
        "a line about the first attempt",
        LONG,
        () ->
            logs(GetLogsRequest.newBuilder().setJob(job)).stream()
                .anyMatch(l -> l.getMessage().startsWith("errored running user code after")));
    pps.pps().stopJob(StopJobRequest.newBuilder().setJob(job).build());
    assertThat(pps.await(job).getDetails().getWorkerStatusList()).isEmpty();
  }

  @Test
  void whoHasLeftIsWaitedForNoMore() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in").replace("echo copying", "sleep 600"));
    var job = pps.jobs("p").getFirst().getJob();
    var calls = new JobCalls(server.versions(), server.pipelines());
    var request = InspectJobRequest.newBuilder().setJob(job).setWait(true).build();
    assertThatThrownBy(() -> calls.inspect(request, () -> true))
        .isInstanceOf(CancellationException.class);
    pps.pps().stopJob(StopJobRequest.newBuilder().setJob(job).build());
    assertThat(calls.inspect(request, () -> true).getState()).isEqualTo(JobState.JOB_KILLED);
  }

  private List<WorkerStatus> status(Job job) {
    var request = InspectJobRequest.newBuilder().setJob(job).setDetails(true).build();
    return pps.pps().inspectJob(request).getDetails().getWorkerStatusList();
  }

  @Test
  void subscribersSeeTheJobsThatRunAndThoseToCome() {
    pps.create(copying("p", "in"));
    pps.finished("p");
    pps.put("in", "/a", "1");
    var seen = Collections.synchronizedList(new ArrayList<String>());
    var context = io.grpc.Context.current().withCancellation();
    context.run(() ->
        dev.trunkline.wire.pps.APIGrpc.newStub(server.channel())
            .subscribeJob(
                SubscribeJobRequest.newBuilder()
                    .setPipeline(pipeline("p"))
                    .setDetails(true)
                    .build(),
                collecting(seen, j -> j.getJob().getId())));
    pps.put("in", "/b", "2");
    var newest = pps.jobs("p").getFirst().getJob().getId();
    Await.until("the new job", LONG, () -> seen.contains(newest));
    context.cancel(null);
    assertThat(seen).doesNotHaveDuplicates().doesNotContain(pps.jobs("p").get(2).getJob().getId());
  }

  private static <T> StreamObserver<T> collecting(
      List<String> into, java.util.function.Function<T, String> what) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T message) {
        into.add(what.apply(message));
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        into.add("END");
      }
    };
  }

  private List<DatumInfo> datums(ListDatumRequest.Builder request) {
    return list(pps.pps().listDatum(request.build()));
  }

  @Test
  void datumsOfJobsComeInTheOrderOfTheirIds() {
    pps.put("in", "/a", "1", "/b", "2", "/c", "3");
    pps.create(copying("p", "in"));
    var first = pps.finished("p").getJob();
    pps.put("in", "/d", "4");
    var second = pps.finished("p").getJob();
    var all = datums(ListDatumRequest.newBuilder().setJob(second));
    assertThat(all)
        .hasSize(4)
        .isSortedAccordingTo(java.util.Comparator.comparing(d -> d.getDatum().getId()));
    assertThat(all)
        .allSatisfy(d -> {
          assertThat(d.hasStats()).isTrue();
          assertThat(d.getDataCount()).isEqualTo(1);
          assertThat(d.getData(0).getFile().getCommit().getRepo().getName()).isEqualTo("in");
        });
    assertThat(all)
        .filteredOn(d -> d.getState() == DatumState.SKIPPED)
        .hasSize(3)
        .allSatisfy(d -> assertThat(d.getDatum().getJob()).isEqualTo(first));
    var succeeded = ListDatumRequest.Filter.newBuilder().addState(DatumState.SUCCESS);
    assertThat(datums(ListDatumRequest.newBuilder().setJob(second).setFilter(succeeded)))
        .hasSize(1);
    var marker = all.get(1).getDatum().getId();
    assertThat(datums(ListDatumRequest.newBuilder().setJob(second).setPaginationMarker(marker)))
        .isEqualTo(all.subList(2, 4));
    assertThat(datums(ListDatumRequest.newBuilder().setJob(second).setNumber(2)))
        .isEqualTo(all.subList(0, 2));
    assertThat(
            datums(
                ListDatumRequest.newBuilder()
                    .setJob(second)
                    .setReverse(true)
                    .setNumber(2)
                    .setPaginationMarker(all.get(3).getDatum().getId())))
        .isEqualTo(all.subList(1, 3).reversed());
    refused(
        Status.Code.INVALID_ARGUMENT,
        "number must be > 0 when reverse is set",
        () -> datums(ListDatumRequest.newBuilder().setJob(second).setReverse(true)));
    inspectDatum(second, all.getFirst());
  }

  private void inspectDatum(Job job, DatumInfo listed) {
    var datum = Datum.newBuilder().setJob(job).setId(listed.getDatum().getId());
    var one = pps.pps().inspectDatum(InspectDatumRequest.newBuilder().setDatum(datum).build());
    assertThat(one.toBuilder().clearPfsState().build()).isEqualTo(listed);
    assertThat(one.getPfsState().getPath()).isEqualTo("/pfs/" + listed.getDatum().getId());
    assertThat(one.getPfsState().getCommit().getRepo().getType()).isEqualTo("meta");
    refused(
        Status.Code.INVALID_ARGUMENT,
        "must specify a datum",
        () -> pps.pps().inspectDatum(InspectDatumRequest.getDefaultInstance()));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "must specify a job",
        () ->
            pps.pps()
                .inspectDatum(
                    InspectDatumRequest.newBuilder()
                        .setDatum(Datum.newBuilder().setId("x"))
                        .build()));
    refused(
        Status.Code.NOT_FOUND,
        "datum x not found in job default/p@" + job.getId(),
        () ->
            pps.pps()
                .inspectDatum(
                    InspectDatumRequest.newBuilder().setDatum(datum.clone().setId("x")).build()));
  }

  private static Input leaf(String glob) {
    return Input.newBuilder().setPfs(PFSInput.newBuilder().setRepo("in").setGlob(glob)).build();
  }

  @Test
  void datumsOfAnInputHaveTheIdsThatTheJobWillUse() {
    pps.put("in", "/a", "1", "/b", "2", "/c", "3");
    var planned = datums(ListDatumRequest.newBuilder().setInput(leaf("/*")));
    assertThat(planned)
        .allSatisfy(d -> {
          assertThat(d.getState()).isEqualTo(DatumState.UNKNOWN);
          assertThat(d.getDatum().hasJob()).isFalse();
        });
    pps.create(copying("p", "in"));
    var job = pps.finished("p").getJob();
    assertThat(planned)
        .extracting(d -> d.getDatum().getId())
        .containsExactlyElementsOf(
            datums(ListDatumRequest.newBuilder().setJob(job)).stream()
                .map(d -> d.getDatum().getId())
                .toList());
    var marker = planned.getFirst().getDatum().getId();
    assertThat(
            datums(
                ListDatumRequest.newBuilder()
                    .setInput(leaf("/*"))
                    .setNumber(1)
                    .setPaginationMarker(marker)))
        .isEqualTo(planned.subList(1, 2));
    assertThat(
            datums(
                ListDatumRequest.newBuilder().setInput(leaf("/*")).setReverse(true).setNumber(2)))
        .isEqualTo(planned.subList(1, 3).reversed());
    refused(
        Status.Code.NOT_FOUND,
        "not found",
        () ->
            datums(
                ListDatumRequest.newBuilder()
                    .setInput(
                        Input.newBuilder()
                            .setPfs(PFSInput.newBuilder().setRepo("absent").setGlob("/*")))));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "can't list datums with a cron input",
        () ->
            datums(
                ListDatumRequest.newBuilder()
                    .setInput(
                        Input.newBuilder()
                            .setCron(dev.trunkline.wire.pps.CronInput.newBuilder().setName("c")))));
  }

  @Test
  void datumsAreCreatedSoManyAtATime() {
    var files = new String[100];
    for (int i = 0; i < 50; i++) {
      files[2 * i] = "/f%02d".formatted(i);
      files[2 * i + 1] = "x";
    }
    pps.put("in", files);
    var seen = Collections.synchronizedList(new ArrayList<String>());
    var requests =
        dev.trunkline.wire.pps.APIGrpc.newStub(server.channel())
            .createDatum(collecting(seen, d -> d.getDatum().getId()));
    requests.onNext(
        CreateDatumRequest.newBuilder()
            .setStart(
                dev.trunkline.wire.pps.StartCreateDatumRequest.newBuilder()
                    .setInput(leaf("/*"))
                    .setNumber(10))
            .build());
    Await.until("the first batch", LONG, () -> seen.size() == 10);
    more(requests, 5);
    Await.until("the second batch", LONG, () -> seen.size() == 15);
    more(requests, 0);
    Await.until("the rest and the end", LONG, () -> seen.size() == 51);
    assertThat(seen.getLast()).isEqualTo("END");
    assertThat(seen).doesNotHaveDuplicates();
  }

  private static void more(StreamObserver<CreateDatumRequest> requests, int number) {
    requests.onNext(
        CreateDatumRequest.newBuilder()
            .setContinue(
                dev.trunkline.wire.pps.ContinueCreateDatumRequest.newBuilder().setNumber(number))
            .build());
  }

  private List<LogMessage> logs(GetLogsRequest.Builder request) {
    return list(pps.pps().getLogs(request.build()));
  }

  @Test
  void logsByPipelineJobDatumAndFile() {
    pps.put("in", "/a", "1", "/b", "2");
    pps.create(copying("p", "in"));
    var job = pps.finished("p").getJob();
    var lines = logs(GetLogsRequest.newBuilder().setPipeline(pipeline("p")));
    var user = lines.stream().filter(LogMessage::getUser).toList();
    assertThat(user)
        .hasSize(2)
        .allSatisfy(line -> {
          assertThat(line.getMessage()).isEqualTo("copying");
          assertThat(line.getProjectName()).isEqualTo("default");
          assertThat(line.getPipelineName()).isEqualTo("p");
          assertThat(line.getJobId()).isEqualTo(job.getId());
          assertThat(line.getWorkerId()).isEqualTo("default-p-v1-0");
          assertThat(line.getDatumId()).hasSize(64);
          assertThat(line.getDataCount()).isEqualTo(1);
          assertThat(line.hasTs()).isTrue();
          assertThat(line.getMaster()).isFalse();
        });
    assertThat(lines).anyMatch(line -> !line.getUser());
    var file = user.getFirst().getData(0);
    var byPath = logs(GetLogsRequest.newBuilder().setJob(job).addDataFilters(file.getPath()));
    assertThat(byPath).isNotEmpty().allMatch(l -> l.getData(0).equals(file));
    var base64 = Base64.getEncoder().encodeToString(file.getHash().toByteArray());
    assertThat(logs(GetLogsRequest.newBuilder().setJob(job).addDataFilters(base64)))
        .isEqualTo(byPath);
    var datum = Datum.newBuilder().setId(user.getFirst().getDatumId());
    assertThat(logs(GetLogsRequest.newBuilder().setJob(job).setDatum(datum))).isEqualTo(byPath);
    assertThat(logs(GetLogsRequest.newBuilder().setJob(job).addDataFilters("/none"))).isEmpty();
    assertThat(logs(GetLogsRequest.newBuilder().setJob(job).setMaster(true)))
        .isNotEmpty()
        .allMatch(LogMessage::getMaster);
  }

  @Test
  void logsOfNothing() {
    pps.create(copying("p", "in"));
    refused(
        Status.Code.NOT_FOUND,
        "could not get pipeline information for q",
        () -> logs(GetLogsRequest.newBuilder().setPipeline(pipeline("q"))));
    var job = Job.newBuilder().setPipeline(pipeline("p")).setId("0".repeat(32));
    refused(
        Status.Code.NOT_FOUND,
        "could not get job information for \"" + "0".repeat(32) + "\"",
        () -> logs(GetLogsRequest.newBuilder().setJob(job)));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "pipeline must be specified for the given job",
        () -> logs(GetLogsRequest.newBuilder().setJob(Job.newBuilder().setId("x"))));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "job is from the wrong pipeline",
        () -> logs(GetLogsRequest.newBuilder().setPipeline(pipeline("q")).setJob(job)));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "must specify the Job or Pipeline that the datum is from",
        () -> logs(GetLogsRequest.newBuilder().addDataFilters("/a")));
  }

  @Test
  void tenThousandLinesComeCompleteAndInOrder() {
    pps.put("in", "/a", "1");
    pps.create(
        """
        {'pipeline': {'name': 'p'}, 'input': {'pfs': {'repo': 'in', 'glob': '/*'}},
         'transform': {'cmd': ['seq', '10000']}}
        """);
    var job = pps.finished("p").getJob();
    var lines =
        logs(GetLogsRequest.newBuilder().setJob(job)).stream()
            .filter(LogMessage::getUser)
            .map(LogMessage::getMessage)
            .toList();
    assertThat(lines)
        .isEqualTo(
            java.util.stream.IntStream.rangeClosed(1, 10_000).mapToObj(String::valueOf).toList());
  }

  @Test
  void followersGetTheLinesThatComeAndStay() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.finished("p");
    var seen = Collections.synchronizedList(new ArrayList<String>());
    var context = io.grpc.Context.current().withCancellation();
    context.run(() ->
        dev.trunkline.wire.pps.APIGrpc.newStub(server.channel())
            .getLogs(
                GetLogsRequest.newBuilder().setPipeline(pipeline("p")).setFollow(true).build(),
                collecting(seen, LogMessage::getMessage)));
    Await.until("the old line", LONG, () -> Collections.frequency(seen, "copying") == 1);
    pps.put("in", "/b", "2");
    Await.until("the new line", LONG, () -> Collections.frequency(seen, "copying") == 2);
    assertThat(seen).doesNotContain("END");
    context.cancel(null);
  }
}
