package dev.trunkline.services;

import static dev.trunkline.services.PpsFixture.copying;
import static dev.trunkline.services.PpsFixture.list;
import static dev.trunkline.services.PpsFixture.pipeline;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Await;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DatumState;
import dev.trunkline.wire.pps.DeleteJobRequest;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.LogMessage;
import dev.trunkline.wire.pps.StopJobRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is still known of the datums, lines and jobs of a pipeline afterwards.
class JobDatumsTest extends PpsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private List<DatumInfo> datums(Job job) {
    return list(pps.pps().listDatum(ListDatumRequest.newBuilder().setJob(job).build()));
  }

  private List<String> lines(GetLogsRequest.Builder request) {
    return list(pps.pps().getLogs(request.build())).stream()
        .map(LogMessage::getMessage)
        .map(String::strip)
        .toList();
  }

  @Test
  void siblingsOfAUnionThatShareANameAreToldApart() {
    pps.repo("other");
    pps.put("in", "/a", "1");
    pps.put("other", "/b", "22");
    pps.create(
        """
        {'pipeline': {'name': 'p'}, 'input': {'union': [
           {'pfs': {'name': 'x', 'repo': 'in', 'glob': '/*'}},
           {'pfs': {'name': 'x', 'repo': 'other', 'glob': '/*'}}]},
         'transform': {'cmd': ['true']}}
        """);
    assertThat(datums(pps.finished("p").getJob()))
        .extracting(datum -> datum.getData(0))
        .extracting(file ->
            "%s:%s %d"
                .formatted(
                    file.getFile().getCommit().getRepo().getName(),
                    file.getFile().getPath(),
                    file.getSizeBytes()))
        .containsExactlyInAnyOrder("in:/a 1", "other:/b 2");
  }

  @Test
  void aStoppedJobStillShowsWhatItDidAndSaid() {
    pps.put("in", "/a", "1", "/b", "hang");
    pps.create(
        """
        {'pipeline': {'name': 'p'}, 'input': {'pfs': {'repo': 'in', 'glob': '/*'}},
         'parallelism_spec': {'constant': 2}, 'transform': {'cmd': ['sh'], 'stdin': ['echo begun', 'grep -q hang -r /pfs/in || exit 0',
           'echo hanging', 'sleep 600']}}
        """);
    var job = pps.jobs("p").getFirst().getJob();
    Await.until("one is done", LONG, () -> datums(job).size() == 1);
    Await.until(
        "one hangs",
        LONG,
        () -> lines(GetLogsRequest.newBuilder().setJob(job)).contains("hanging"));
    pps.pps().stopJob(StopJobRequest.newBuilder().setJob(job).build());
    var stopped = pps.await(job);
    assertThat(stopped.getState()).isEqualTo(JobState.JOB_KILLED);
    assertThat(stopped.getDataProcessed()).isEqualTo(1);
    assertThat(datums(job)).extracting(DatumInfo::getState).containsExactly(DatumState.SUCCESS);
    pps.create(copying("p", "in"), true);
    assertThat(pps.finished("p").getDataProcessed()).isEqualTo(2);
  }

  @Test
  void aJobThatHadNothingToRunSaysThatItRan() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.finished("p");
    pps.create(copying("p", "in").replace("copying", "told"), true);
    var job = pps.finished("p");
    assertThat(job.getDataSkipped()).isEqualTo(1);
    assertThat(lines(GetLogsRequest.newBuilder().setJob(job.getJob()).setMaster(true)))
        .containsExactly(
            "started processing job " + job.getJob().getId(),
            "finished processing job " + job.getJob().getId());
  }

  @Test
  void pagesOfJobsMissNoneOfASet() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.create(copying("q", "p"));
    pps.create(copying("r", "q"));
    pps.finished("r");
    pps.put("in", "/b", "2");
    pps.finished("r");
    var all = list(pps.pps().listJob(ListJobRequest.newBuilder().setHistory(-1).build()));
    var paged = new ArrayList<JobInfo>();
    var request = ListJobRequest.newBuilder().setHistory(-1).setNumber(1);
    for (var page = jobs(request); !page.isEmpty(); page = jobs(request)) {
      paged.addAll(page);
      request.setPaginationMarker(page.getLast().getCreated());
    }
    assertThat(paged).isEqualTo(all);
  }

  private List<JobInfo> jobs(ListJobRequest.Builder request) {
    return list(pps.pps().listJob(request.build()));
  }

  @Test
  void aDeletedJobIsTheLastOneNoMore() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.finished("p");
    pps.put("in", "/b", "x");
    pps.finished("p");
    pps.create(
        copying("p", "in")
            .replace("cp -r", "exit 3;")
            .replace("'transform'", "'reprocess_spec': 'every_job', 'transform'"),
        true);
    var failed = pps.finished("p").getJob();
    assertThat(pps.inspect("p").getLastJobState()).isEqualTo(JobState.JOB_FAILURE);
    pps.pps().deleteJob(DeleteJobRequest.newBuilder().setJob(failed).build());
    assertThat(pps.inspect("p").getLastJobState()).isEqualTo(JobState.JOB_SUCCESS);
  }

  @Test
  void aPipelineThatIsStartedWithASpecThatCannotRunSaysSo() {
    pps.put("in", "/a", "1");
    pps.create(copying("p", "in"));
    pps.finished("p");
    var stop = dev.trunkline.wire.pps.StopPipelineRequest.newBuilder().setPipeline(pipeline("p"));
    pps.pps().stopPipeline(stop.build());
    pps.create("{'pipeline': {'name': 'p'}, 'input': {'pfs': {'repo': 'in', 'glob': '/*'}}}", true);
    var start = dev.trunkline.wire.pps.StartPipelineRequest.newBuilder().setPipeline(pipeline("p"));
    pps.pps().startPipeline(start.build());
    Await.until(
        "it says so",
        LONG,
        () -> pps.inspect("p").getReason().startsWith("nothing to run: no transform.cmd"));
    assertThat(pps.inspect("p").getDetails().getWorkersRequested()).isZero();
  }
}
