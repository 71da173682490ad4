package dev.trunkline.cli;

import dev.trunkline.wire.pps.Datum;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobSet;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.StopJobRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Jobs, datums and logs. A job of 1.7's spelling is named by its id alone.
final class JobCommands {
  private JobCommands() {}

  static List<Command> all() {
    return List.of(
        new Command("list-job", "raw pipeline/p*", 0, 0, "[-p PIPELINE]", JobCommands::listOld),
        new Command(
            "list job",
            Raw.FLAGS + " pipeline/p* expand/x history*",
            0,
            1,
            "[ID] [-p PIPELINE]",
            JobCommands::list),
        new Command("inspect-job", "raw block/b", 1, 1, "ID", JobCommands::inspect),
        new Command("inspect job", Raw.FLAGS, 1, 1, "PIPELINE@ID", JobCommands::inspect),
        new Command("wait job", Raw.FLAGS, 1, 1, "PIPELINE@ID or ID", JobCommands::await),
        new Command("flush-job", "raw pipeline/p*", 1, 100, "REPO/COMMIT ...", JobCommands::flush),
        new Command("stop-job", "", 1, 1, "ID", JobCommands::stop),
        new Command("stop job", "", 1, 1, "PIPELINE@ID or ID", JobCommands::stop),
        new Command("list-datum", "raw", 1, 1, "JOB", JobCommands::datums),
        new Command("list datum", Raw.FLAGS, 1, 1, "PIPELINE@JOB", JobCommands::datums),
        new Command("inspect-datum", "raw", 2, 2, "JOB DATUM", JobCommands::datum),
        new Command("inspect datum", Raw.FLAGS, 2, 2, "PIPELINE@JOB DATUM", JobCommands::datum),
        new Command(
            "get-logs",
            "pipeline/p* job* datum* inputs* master raw tail/t*",
            0,
            0,
            "--job ID",
            JobCommands::logs),
        new Command(
            "logs",
            "pipeline/p* job/j* datum* inputs* master worker raw since*",
            0,
            0,
            "-j PIPELINE@JOB",
            JobCommands::logs));
  }

  static String state(JobState state) {
    return state == JobState.JOB_STATE_UNKNOWN
        ? "-"
        : state.name().replace("JOB_", "").toLowerCase(Locale.ROOT);
  }

  private static List<JobInfo> jobs(
      Session session, Optional<String> pipeline, boolean everyVersion) {
    var request = ListJobRequest.newBuilder().addProjects(session.project()).setDetails(true);
    pipeline.ifPresent(name -> request.setPipeline(Refs.pipeline(session, name)));
    if (everyVersion) {
      request.setHistory(-1);
    }
    var jobs = new ArrayList<JobInfo>();
    session.pps().listJob(request.build()).forEachRemaining(jobs::add);
    return jobs;
  }

  private static void listOld(Session session, Arguments arguments) {
    var jobs = jobs(session, arguments.value("pipeline"), true);
    printOld(session, arguments, jobs);
  }

  private static void printOld(Session session, Arguments arguments, List<JobInfo> jobs) {
    if (Raw.wanted(arguments)) {
      jobs.forEach(job -> Raw.print(session, job));
      return;
    }
    var table =
        new Table(
            session,
            "ID",
            "OUTPUT COMMIT",
            "STARTED",
            "DURATION",
            "RESTART",
            "PROGRESS",
            "DL",
            "UL",
            "STATE");
    for (var job : jobs) {
      table.row(
          job.getJob().getId(),
          job.getJob().getPipeline().getName() + "/" + job.getOutputCommit().getId(),
          Human.ago(job.hasStarted(), job.getStarted(), true),
          duration(job, true),
          Long.toString(job.getRestart()),
          progress(job),
          Human.size(job.getStats().getDownloadBytes()),
          Human.size(job.getStats().getUploadBytes()),
          state(job.getState()));
    }
    table.end();
  }

  private static String duration(JobInfo job, boolean old) {
    if (!job.hasFinished() || !job.hasStarted()) {
      return "-";
    }
    return Human.duration(
        Duration.between(Human.instant(job.getStarted()), Human.instant(job.getFinished())), old);
  }

  private static String progress(JobInfo job) {
    var recovered = job.getDataRecovered() > 0 ? " + " + job.getDataRecovered() : "";
    return job.getDataProcessed()
        + " + "
        + job.getDataSkipped()
        + recovered
        + " / "
        + job.getDataTotal();
  }

  private static void list(Session session, Arguments arguments) {
    boolean every = arguments.value("history").filter(h -> !h.equals("none")).isPresent();
    var jobs = jobs(session, arguments.value("pipeline"), every);
    var id = arguments.optional(0);
    print(
        session,
        arguments,
        jobs.stream().filter(j -> id.isEmpty() || j.getJob().getId().equals(id.get())).toList());
  }

  private static void print(Session session, Arguments arguments, List<JobInfo> jobs) {
    if (Raw.wanted(arguments)) {
      jobs.forEach(job -> Raw.print(session, job));
      return;
    }
    var table =
        new Table(
            session,
            "PROJECT",
            "PIPELINE",
            "ID",
            "STARTED",
            "DURATION",
            "RESTART",
            "PROGRESS",
            "DL",
            "UL",
            "STATE");
    for (var job : jobs) {
      table.row(
          job.getJob().getPipeline().getProject().getName(),
          job.getJob().getPipeline().getName(),
          job.getJob().getId(),
          Human.ago(job.hasStarted(), job.getStarted(), false),
          duration(job, false),
          Long.toString(job.getRestart()),
          progress(job),
          Human.size(job.getStats().getDownloadBytes()),
          Human.size(job.getStats().getUploadBytes()),
          reason(job));
    }
    table.end();
  }

  private static String reason(JobInfo job) {
    var reason = job.getReason();
    if (reason.isEmpty()) {
      return state(job.getState());
    }
    var cut = reason.length() > 25 ? reason.substring(0, 25) + "..." : reason;
    return state(job.getState()) + ": " + cut;
  }

  /// The job that a text names; an id alone means the only job with that id, or the newest.
  private static Job find(Session session, String text) {
    if (text.contains("@")) {
      return Refs.job(session, text);
    }
    var jobs = set(session, text, false);
    if (!jobs.hasNext()) {
      throw io.grpc.Status.NOT_FOUND
          .withDescription("job " + text + " not found")
          .asRuntimeException();
    }
    var found = jobs.next().getJob();
    while (jobs.hasNext()) {
      found = jobs.next().getJob();
    }
    return found;
  }

  private static Iterator<JobInfo> set(Session session, String id, boolean wait) {
    return session
        .pps()
        .inspectJobSet(
            InspectJobSetRequest.newBuilder()
                .setJobSet(JobSet.newBuilder().setId(id))
                .setWait(wait)
                .setDetails(true)
                .build());
  }

  private static void inspect(Session session, Arguments arguments) {
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
    session.print("Version: " + job.getPipelineVersion());
    session.print("Started: " + Human.ago(job.hasStarted(), job.getStarted(), false));
    session.print("Duration: " + duration(job, false));
    session.print("State: " + state(job.getState()));
    session.print("Reason: " + job.getReason());
    session.print("Processed: " + job.getDataProcessed());
    session.print("Failed: " + job.getDataFailed());
    session.print("Skipped: " + job.getDataSkipped());
    session.print("Recovered: " + job.getDataRecovered());
    session.print("Total: " + job.getDataTotal());
    session.print("Data Downloaded: " + Human.size(job.getStats().getDownloadBytes()));
    session.print("Data Uploaded: " + Human.size(job.getStats().getUploadBytes()));
    session.print("Restarts: " + job.getRestart());
    session.print("Input:\n" + PipelineCommands.json(job.getDetails().getInput()));
    session.print("Transform:\n" + PipelineCommands.json(job.getDetails().getTransform()));
    session.print("Output Commit: " + job.getOutputCommit().getId());
  }

  private static void check(List<JobInfo> jobs) {
    for (var job : jobs) {
      if (job.getState() != JobState.JOB_SUCCESS) {
        throw new Ended(
            "job %s@%s ended as %s: %s"
                .formatted(
                    job.getJob().getPipeline().getName(),
                    job.getJob().getId(),
                    state(job.getState()),
                    job.getReason()));
      }
    }
  }

  private static void await(Session session, Arguments arguments) {
    var jobs = new ArrayList<JobInfo>();
    var target = arguments.word(0);
    if (target.contains("@")) {
      var request =
          InspectJobRequest.newBuilder()
              .setJob(Refs.job(session, target))
              .setWait(true)
              .setDetails(true);
      jobs.add(session.pps().inspectJob(request.build()));
    } else {
      set(session, target, true).forEachRemaining(jobs::add);
    }
    print(session, arguments, jobs);
    check(jobs);
  }

  private static void flush(Session session, Arguments arguments) {
    var jobs = new ArrayList<JobInfo>();
    for (int i = 0; i < arguments.count(); i++) {
      var commit = Refs.commit(session, arguments.word(i).replaceFirst("/", "@"));
      var info =
          session
              .pfs()
              .inspectCommit(
                  dev.trunkline.wire.pfs.InspectCommitRequest.newBuilder()
                      .setCommit(commit)
                      .build());
      set(session, info.getCommit().getId(), true).forEachRemaining(jobs::add);
    }
    printOld(session, arguments, jobs);
    check(jobs);
  }

  private static void stop(Session session, Arguments arguments) {
    session
        .pps()
        .stopJob(StopJobRequest.newBuilder().setJob(find(session, arguments.word(0))).build());
  }

  private static void datums(Session session, Arguments arguments) {
    var request = ListDatumRequest.newBuilder().setJob(find(session, arguments.word(0)));
    var table = new Table(session, "ID", "FILES", "STATUS", "TIME");
    for (var all = session.pps().listDatum(request.build()); all.hasNext(); ) {
      var info = all.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
      } else {
        table.row(info.getDatum().getId(), files(info), status(info), time(info));
      }
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static String status(DatumInfo info) {
    return info.getState().name().toLowerCase(Locale.ROOT);
  }

  private static String time(DatumInfo info) {
    var time = info.getStats().getProcessTime();
    var took = Duration.ofSeconds(time.getSeconds(), time.getNanos());
    return took.isZero() ? "-" : Human.duration(took, false);
  }

  private static String files(DatumInfo info) {
    return info.getDataList().stream()
        .map(d ->
            d.getFile().getCommit().getRepo().getName()
                + "@"
                + d.getFile().getCommit().getId()
                + ":"
                + d.getFile().getPath())
        .collect(Collectors.joining(", "));
  }

  private static void datum(Session session, Arguments arguments) {
    var datum =
        Datum.newBuilder().setJob(find(session, arguments.word(0))).setId(arguments.word(1));
    var info = session.pps().inspectDatum(InspectDatumRequest.newBuilder().setDatum(datum).build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print("ID\t" + info.getDatum().getId());
    session.print("Job ID\t" + info.getDatum().getJob().getId());
    session.print("State\t" + info.getState().name());
    session.print("Total Time\t" + time(info));
    session.print("Inputs:");
    info.getDataList().forEach(d -> session.print("\t" + d.getFile().getPath()));
  }

  private static void logs(Session session, Arguments arguments) {
    if (arguments.value("pipeline").isPresent() && arguments.value("job").isPresent()) {
      throw new UsageError("only one of pipeline or job should be specified");
    }
    var request = GetLogsRequest.newBuilder().setMaster(arguments.has("master"));
    arguments.value("pipeline").ifPresent(p -> request.setPipeline(Refs.pipeline(session, p)));
    arguments.value("job").ifPresent(j -> request.setJob(find(session, j)));
    arguments.value("datum").ifPresent(d -> request.setDatum(Datum.newBuilder().setId(d)));
    arguments.value("inputs").ifPresent(i -> request.addAllDataFilters(List.of(i.split(","))));
    boolean raw = arguments.has("raw");
    session
        .pps()
        .getLogs(request.build())
        .forEachRemaining(line -> {
          if (raw) {
            Raw.print(session, line);
          } else if (line.getUser() || arguments.has("master") || arguments.has("worker")) {
            session.print(line.getMessage());
          }
        });
  }
}
