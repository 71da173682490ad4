package dev.trunkline.cli;

import com.google.protobuf.Message;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pps.Datum;
import dev.trunkline.wire.pps.DeleteJobRequest;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.StopJobRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.regex.Pattern;

/// One job: looked at, waited for, stopped, deleted. In 1.7's spelling it is named by its id alone.
final class JobCommands {
  private static final Pattern FAILED_DATUM = Pattern.compile("datum ([0-9a-f]{64}) failed");

  private static final int INPUTS_SHOWN = 5;

  private JobCommands() {}

  static List<Command> all() {
    return List.of(
        new Command(
            "inspect-job",
            Raw.FLAGS + "block/b wait until the job has ended",
            1,
            1,
            "ID",
            (s, a) -> inspect(s, a, true)),
        new Command("inspect job", Raw.FLAGS, 1, 1, "PIPELINE@ID", (s, a) -> inspect(s, a, false)),
        new Command("wait job", Raw.FLAGS, 1, 1, "PIPELINE@ID or ID", JobCommands::await),
        new Command(
            "flush-job",
            Raw.FLAGS + "pipeline/p* show only jobs of this pipeline; may be given again",
            1,
            Command.MANY,
            "REPO/COMMIT ...",
            JobCommands::flush),
        new Command("stop-job", "", 1, 1, "ID", JobCommands::stop),
        new Command("stop job", "", 1, 1, "PIPELINE@ID or ID", JobCommands::stop),
        new Command("delete-job", "", 1, 1, "ID", JobCommands::delete),
        new Command("delete job", "", 1, 1, "PIPELINE@ID", JobCommands::delete));
  }

  /// The job that a text names; an id alone means the only job with that id, or the newest.
  static Job find(Session session, String text) {
    if (text.contains("@")) {
      return Refs.job(session, text);
    }
    var jobs = JobListing.set(session, text, false);
    if (!jobs.hasNext()) {
      throw Status.NOT_FOUND.withDescription("job " + text + " not found").asRuntimeException();
    }
    var found = jobs.next().getJob();
    while (jobs.hasNext()) {
      found = jobs.next().getJob();
    }
    return found;
  }

  private static void inspect(Session session, Arguments arguments, boolean old) {
    var request =
        InspectJobRequest.newBuilder()
            .setJob(find(session, arguments.word(0)))
            .setWait(arguments.has("block"))
            .setDetails(true);
    var job = session.pps().inspectJob(request.build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, job);
      return;
    }
    session.print("ID: " + job.getJob().getId());
    session.print("Pipeline: " + job.getJob().getPipeline().getName());
    if (!old) {
      session.print("Project: " + job.getJob().getPipeline().getProject().getName());
    }
    session.print("Version: " + job.getPipelineVersion());
    session.print("Started: " + session.age(job.hasStarted(), job.getStarted(), old));
    if (job.hasFinished()) {
      session.print("Duration: " + JobListing.duration(job, old));
    }
    session.print("State: " + JobListing.state(job.getState()));
    session.print("Reason: " + job.getReason());
    look(session, job).lines().filter(line -> !line.isEmpty()).forEach(session::say);
    numbers(session, job, old);
    var details = job.getDetails();
    timeout(session, "Datum", details.hasDatumTimeout(), details.getDatumTimeout());
    timeout(session, "Job", details.hasJobTimeout(), details.getJobTimeout());
    details.getWorkerStatusList().forEach(status -> part(session, "Worker Status", status));
    session.print("Restarts: " + job.getRestart());
    session.print("ParallelismSpec: " + details.getParallelismSpec().getConstant());
    part(session, "ResourceRequests", details.getResourceRequests());
    part(session, "ResourceLimits", details.getResourceLimits());
    part(session, "Service", details.getService());
    session.print("Input:\n" + Raw.json(details.getInput()));
    session.print("Transform:\n" + Raw.json(details.getTransform()));
    session.print("Output Commit: " + job.getOutputCommit().getId());
    part(session, "Egress", details.getEgress());
  }

  /// A part of a spec, where it is set.
  static void part(Session session, String name, Message part) {
    if (!part.equals(part.getDefaultInstanceForType())) {
      session.print(name + ":\n" + Raw.json(part));
    }
  }

  private static void numbers(Session session, JobInfo job, boolean old) {
    var stats = job.getStats();
    session.print("Processed: " + job.getDataProcessed());
    session.print("Failed: " + job.getDataFailed());
    session.print("Skipped: " + job.getDataSkipped());
    if (!old) {
      session.print("Recovered: " + job.getDataRecovered());
    }
    session.print("Total: " + job.getDataTotal());
    session.print("Data Downloaded: " + Human.size(stats.getDownloadBytes()));
    session.print("Data Uploaded: " + Human.size(stats.getUploadBytes()));
    session.print("Download Time: " + Human.exact(stats.getDownloadTime()));
    session.print("Process Time: " + Human.exact(stats.getProcessTime()));
    session.print("Upload Time: " + Human.exact(stats.getUploadTime()));
  }

  static void timeout(
      Session session, String what, boolean set, com.google.protobuf.Duration timeout) {
    session.print(what + " Timeout: " + (set ? Human.exact(timeout) : ""));
  }

  private static void check(Session session, JobInfo job) {
    if (job.getState() != JobState.JOB_SUCCESS) {
      var name = job.getJob().getPipeline().getName() + "@" + job.getJob().getId();
      var reason = job.getReason();
      throw new Ended(
          "job %s ended as %s: %s%s"
              .formatted(name, JobListing.state(job.getState()), reason, look(session, job)));
    }
  }

  /// What the datum that failed was given, and where to look next; empty where none failed.
  private static String look(Session session, JobInfo job) {
    var datum = FAILED_DATUM.matcher(job.getReason());
    if (!datum.matches()) {
      return "";
    }
    var id = datum.group(1);
    return "%s\npachctl logs -j %s@%s --datum %s prints what it said, with --worker why it failed"
        .formatted(
            inputs(session, job.getJob(), id),
            job.getJob().getPipeline().getName(),
            job.getJob().getId(),
            id);
  }

  private static String inputs(Session session, Job job, String id) {
    var request =
        InspectDatumRequest.newBuilder().setDatum(Datum.newBuilder().setJob(job).setId(id));
    try {
      var files =
          session.pps().inspectDatum(request.build()).getDataList().stream()
              .map(data -> data.getFile())
              .map(f ->
                  f.getCommit().getRepo().getName()
                      + "@"
                      + f.getCommit().getId()
                      + ":"
                      + f.getPath())
              .toList();
      var more =
          files.size() > INPUTS_SHOWN ? ", and " + (files.size() - INPUTS_SHOWN) + " more" : "";
      return files.isEmpty()
          ? ""
          : "\nits input: " + String.join(", ", files.stream().limit(INPUTS_SHOWN).toList()) + more;
    } catch (StatusRuntimeException _) {
      // What went wrong with the job is worth more than this.
      return "";
    }
  }

  private static void await(Session session, Arguments arguments) {
    var target = arguments.word(0);
    if (target.contains("@")) {
      await(session, Refs.job(session, target));
      return;
    }
    var checks = new Checks();
    JobListing.print(session, checks.on(JobListing.set(session, target, true)));
    checks.rethrow(session);
  }

  /// Waits for a job, prints its row, and fails where it did not succeed.
  static void await(Session session, Job job) {
    var request = InspectJobRequest.newBuilder().setJob(job).setWait(true).setDetails(true);
    JobInfo info;
    try (var _ = new JobReasons(session, job)) {
      info = session.pps().inspectJob(request.build());
    }
    JobListing.print(session, List.of(info).iterator());
    check(session, info);
  }

  /// 1.7's way to wait for the jobs that follow from commits.
  private static void flush(Session session, Arguments arguments) {
    var pipelines = arguments.values("pipeline");
    var checks = new Checks();
    for (int i = 0; i < arguments.count(); i++) {
      var commit = Refs.commit(session, arguments.word(i).replaceFirst("/", "@"));
      var info = CommitCommands.look(session, commit, CommitState.COMMIT_STATE_UNKNOWN);
      checks.add(JobListing.set(session, info.getCommit().getId(), true), pipelines);
    }
    JobListing.printOld(session, checks.jobs.iterator());
    checks.rethrow(session);
  }

  private static void stop(Session session, Arguments arguments) {
    session
        .pps()
        .stopJob(StopJobRequest.newBuilder().setJob(find(session, arguments.word(0))).build());
  }

  private static void delete(Session session, Arguments arguments) {
    session
        .pps()
        .deleteJob(DeleteJobRequest.newBuilder().setJob(find(session, arguments.word(0))).build());
  }

  /// Jobs that were waited for, one a pipeline, and whether all of them succeeded.
  private static final class Checks {
    private final List<JobInfo> jobs = new java.util.ArrayList<>();

    void add(java.util.Iterator<JobInfo> found, List<String> pipelines) {
      found.forEachRemaining(job -> {
        if (pipelines.isEmpty() || pipelines.contains(job.getJob().getPipeline().getName())) {
          jobs.add(job);
        }
      });
    }

    java.util.Iterator<JobInfo> on(java.util.Iterator<JobInfo> found) {
      add(found, List.of());
      return jobs.iterator();
    }

    void rethrow(Session session) {
      jobs.forEach(job -> check(session, job));
    }
  }
}
