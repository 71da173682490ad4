package dev.trunkline.cli;

import dev.trunkline.base.Ids;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.InspectJobSetRequest;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobSet;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.ListJobRequest;
import dev.trunkline.wire.pps.ListJobSetRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Lists of jobs and of job sets.
final class JobListing {
  private static final int REASON_MAX = 25;
  private static final long EVERY_VERSION = -1;

  private JobListing() {}

  static List<Command> all() {
    var chosen =
        """
        pipeline/p*  list only jobs of this pipeline
        input/i*     list only jobs with this input, as in REPO@COMMIT; may be given again
        """;
    var old =
        """
        raw          print messages of the API, as JSON
        output/o*    list only the job that made this commit, as in REPO/COMMIT
        """;
    var listing =
        Raw.FLAGS
            + chosen
            + """
            expand/x        list jobs, where sets of jobs are the default
            history*        list jobs of so many earlier versions too; all or none
            state*          list only those in this state, as in failure; may be given again
            all-projects/A  list the jobs of every project
            """;
    return List.of(
        new Command(
            "list-job",
            old + chosen,
            0,
            0,
            "[-p PIPELINE] [-i REPO/COMMIT] [-o REPO/COMMIT]",
            JobListing::listOld),
        new Command("list job", listing, 0, 1, "[ID] [-p PIPELINE]", JobListing::list));
  }

  static String state(JobState state) {
    return state == JobState.JOB_STATE_UNKNOWN
        ? "-"
        : state.name().replace("JOB_", "").toLowerCase(Locale.ROOT);
  }

  static Iterator<JobInfo> set(Session session, String id, boolean wait) {
    return session.stream(
        APIGrpc.getInspectJobSetMethod(),
        InspectJobSetRequest.newBuilder()
            .setJobSet(JobSet.newBuilder().setId(id))
            .setWait(wait)
            .setDetails(true)
            .build());
  }

  private static ListJobRequest.Builder request(Session session, Arguments arguments) {
    var request = ListJobRequest.newBuilder().setDetails(true);
    if (!arguments.has("all-projects")) {
      request.addProjects(session.project());
    }
    arguments.value("pipeline").ifPresent(p -> request.setPipeline(Refs.pipeline(session, p)));
    for (var list : arguments.values("input")) {
      for (var commit : list.split(",", -1)) {
        request.addInputCommit(Refs.commit(session, commit.replaceFirst("/", "@")));
      }
    }
    var states =
        arguments.values("state").stream()
            .map(s -> ".state == \"JOB_" + s.toUpperCase(Locale.ROOT) + "\"")
            .collect(Collectors.joining(" or "));
    return request.setJqFilter(states);
  }

  private static void listOld(Session session, Arguments arguments) {
    var made = arguments.value("output").map(text -> output(session, text));
    var request = request(session, arguments).setHistory(EVERY_VERSION).build();
    var jobs = session.stream(APIGrpc.getListJobMethod(), request);
    if (made.isPresent()) {
      jobs = First.of(jobs, job -> Downstream.name(job.getOutputCommit()).equals(made.get()), 1);
    }
    printOld(session, jobs, arguments.has("raw"));
  }

  /// The commit that 1.7's `--output` names, which is no format there.
  private static Commit output(Session session, String text) {
    if (!text.contains("/")) {
      throw new UsageError(
          "--output of list-job is the commit that a job made, as in REPO/COMMIT, not %s: --raw prints JSON"
              .formatted(text));
    }
    var commit = Refs.commit(session, text.replaceFirst("/", "@"));
    var info = CommitCommands.look(session, commit, CommitState.COMMIT_STATE_UNKNOWN);
    return Downstream.name(info.getCommit());
  }

  static void printOld(Session session, Iterator<JobInfo> jobs, boolean raw) {
    Listing.print(
        session,
        jobs,
        raw,
        job ->
            new String[] {
              job.getJob().getId(),
              job.getJob().getPipeline().getName()
                  + "/"
                  + (job.hasOutputCommit() ? job.getOutputCommit().getId() : "-"),
              session.age(job.hasStarted(), job.getStarted(), true),
              duration(job, true),
              Long.toString(job.getRestart()),
              progress(job),
              Human.size(job.getStats().getDownloadBytes()),
              Human.size(job.getStats().getUploadBytes()),
              state(job.getState())
            },
        "ID",
        "OUTPUT COMMIT",
        "STARTED",
        "DURATION",
        "RESTART",
        "PROGRESS",
        "DL",
        "UL",
        "STATE");
  }

  static String duration(JobInfo job, boolean old) {
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

  /// Without a narrower wish: the sets.
  private static void list(Session session, Arguments arguments) {
    var id = arguments.optional(0);
    if (id.isPresent()) {
      if (!Ids.isId(id.get())) {
        throw new UsageError("expected the id of a job set, got \"" + id.get() + "\"");
      }
      print(session, set(session, id.get(), false));
      return;
    }
    boolean narrower =
        arguments.has("expand")
            || List.of("pipeline", "input", "state", "history").stream()
                .anyMatch(flag -> arguments.value(flag).isPresent());
    if (!narrower) {
      sets(session, arguments);
      return;
    }
    var request = request(session, arguments);
    var history = arguments.value("history").orElse("none");
    if (history.equals("all")) {
      request.setHistory(EVERY_VERSION);
    } else if (!history.equals("none")) {
      request.setHistory(arguments.number("history"));
    }
    print(session, session.stream(APIGrpc.getListJobMethod(), request.build()));
  }

  private static void sets(Session session, Arguments arguments) {
    var request = ListJobSetRequest.newBuilder().setDetails(true);
    if (!arguments.has("all-projects")) {
      request.addProjects(session.project());
    }
    Listing.print(
        session,
        session.stream(APIGrpc.getListJobSetMethod(), request.build()),
        set -> {
          var jobs = set.getJobsList();
          long good = jobs.stream().filter(j -> j.getState() == JobState.JOB_SUCCESS).count();
          long ended = jobs.stream().filter(JobInfo::hasFinished).count();
          var first = jobs.getFirst();
          var last = jobs.getLast();
          boolean finished = last.hasFinished();
          return new String[] {
            set.getJobSet().getId(),
            Integer.toString(jobs.size()),
            CommitSetCommands.bar(good, ended - good, jobs.size()),
            session.age(first.hasCreated(), first.getCreated(), false),
            session.age(true, finished ? last.getFinished() : last.getCreated(), false)
          };
        },
        "ID",
        "SUBJOBS",
        "PROGRESS",
        "CREATED",
        "MODIFIED");
  }

  static void print(Session session, Iterator<JobInfo> jobs) {
    Listing.print(
        session,
        jobs,
        job ->
            new String[] {
              job.getJob().getPipeline().getProject().getName(),
              job.getJob().getPipeline().getName(),
              job.getJob().getId(),
              session.age(job.hasStarted(), job.getStarted(), false),
              duration(job, false),
              Long.toString(job.getRestart()),
              progress(job),
              Human.size(job.getStats().getDownloadBytes()),
              Human.size(job.getStats().getUploadBytes()),
              reason(job)
            },
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
  }

  private static String reason(JobInfo job) {
    var reason = job.getReason();
    var state = state(job.getState());
    if (job.getState() == JobState.JOB_SUCCESS && job.getDataSkipped() == job.getDataTotal()) {
      return state + ": there were no datums to process";
    }
    if (reason.isEmpty()) {
      return state;
    }
    boolean cut = reason.length() > REASON_MAX;
    return state + ": " + (cut ? reason.substring(0, REASON_MAX) + "..." : reason);
  }
}
