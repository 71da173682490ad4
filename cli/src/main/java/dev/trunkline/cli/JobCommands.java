package dev.trunkline.cli;

import com.google.protobuf.Message;
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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
        new Command("stop-job", "", 1, 1, "ID", (s, a) -> stop(s, List.of(find(s, a.word(0))))),
        new Command(
            "stop job", "", 1, 1, "PIPELINE@ID or ID", (s, a) -> stop(s, all(s, a.word(0)))),
        new Command("delete-job", "", 1, 1, "ID", JobCommands::delete),
        new Command("delete job", "", 1, 1, "PIPELINE@ID", JobCommands::delete));
  }

  /// The job that a text names. An id alone does where one job has it.
  static Job find(Session session, String text) {
    var jobs = all(session, text);
    if (jobs.size() > 1) {
      var names =
          jobs.stream()
              .map(job -> job.getPipeline().getName() + "@" + job.getId())
              .collect(Collectors.joining(", "));
      throw new UsageError(
          "%d jobs have the id %s: choose one of %s".formatted(jobs.size(), text, names));
    }
    return jobs.getFirst();
  }

  /// The jobs that a text names, sources first: an id alone means all that share it.
  static List<Job> all(Session session, String text) {
    if (text.contains("@")) {
      return List.of(Refs.job(session, text));
    }
    var jobs = new ArrayList<Job>();
    JobListing.set(session, text, false).forEachRemaining(info -> jobs.add(info.getJob()));
    if (jobs.isEmpty()) {
      throw Status.NOT_FOUND.withDescription("job " + text + " not found").asRuntimeException();
    }
    return jobs;
  }

  private static void inspect(Session session, Arguments arguments, boolean old) {
    boolean waits = arguments.has("block");
    var request =
        InspectJobRequest.newBuilder()
            .setJob(find(session, arguments.word(0)))
            .setWait(waits)
            .setDetails(true);
    var job = session.pps().inspectJob(request.build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, job);
    } else {
      print(session, job, old);
    }
    if (waits) {
      check(session, job);
    } else if (!Raw.wanted(arguments)) {
      look(session, job).lines().filter(line -> !line.isEmpty()).forEach(session::say);
    }
  }

  private static void print(Session session, JobInfo job, boolean old) {
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

  /// 1.7's way to wait for the jobs that follow from every one of some commits.
  private static void flush(Session session, Arguments arguments) {
    var pipelines = arguments.values("pipeline");
    var downstream = Downstream.of(session, arguments);
    var checks = new Checks();
    for (var id : downstream.sets()) {
      checks.add(
          JobListing.set(session, id, true),
          job ->
              (pipelines.isEmpty() || pipelines.contains(job.getJob().getPipeline().getName()))
                  && downstream.has(job.getOutputCommit()));
    }
    JobListing.printOld(session, checks.jobs.iterator(), Raw.wanted(arguments));
    checks.rethrow(session);
  }

  private static void stop(Session session, List<Job> jobs) {
    for (var job : jobs) {
      session.pps().stopJob(StopJobRequest.newBuilder().setJob(job).build());
    }
  }

  private static void delete(Session session, Arguments arguments) {
    session
        .pps()
        .deleteJob(DeleteJobRequest.newBuilder().setJob(find(session, arguments.word(0))).build());
  }

  /// Jobs that were waited for, one a pipeline, and whether all of them succeeded.
  private static final class Checks {
    private final List<JobInfo> jobs = new ArrayList<>();

    void add(Iterator<JobInfo> found, Predicate<JobInfo> wanted) {
      found.forEachRemaining(job -> {
        if (wanted.test(job)) {
          jobs.add(job);
        }
      });
    }

    Iterator<JobInfo> on(Iterator<JobInfo> found) {
      add(found, _ -> true);
      return jobs.iterator();
    }

    void rethrow(Session session) {
      jobs.forEach(job -> check(session, job));
    }
  }
}
