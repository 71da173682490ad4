package dev.trunkline.cli;

import com.google.protobuf.Duration;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.Datum;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DatumState;
import dev.trunkline.wire.pps.GetLogsRequest;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.LogMessage;
import dev.trunkline.wire.pps.RestartDatumRequest;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The datums of a job, and what programs printed about them.
final class DatumCommands {
  /// What a worker says between two attempts of a datum: shown beside the program's own lines, for
  /// they would look as if they were said twice.
  private static final Pattern ATTEMPT = Pattern.compile("attempt \\d+ of \\d+");

  private DatumCommands() {}

  static List<Command> all() {
    var paging =
        """
        pageSize*  list so many at once; 0 means all
        page*      which page of that size, from 0
        """;
    var shown =
        """
        pipeline/p*  show what this pipeline says
        datum*       show only what concerns this datum
        inputs*      show only what concerns these input files, separated by commas
        master       show what the system says of the pipeline, instead of its workers
        raw          print messages of the API, as JSON
        follow/f     go on showing what is said from now on
        tail/t*      accepted, without effect
        """;
    var logging =
        shown
            + """
            job/j*  show what was said in this job
            worker  show what the workers say too
            since*  show only what is younger, as in 10m or 24h
            """;
    return List.of(
        new Command("list-datum", Raw.FLAGS + paging, 1, 1, "JOB", DatumCommands::listOld),
        new Command("list datum", Raw.FLAGS, 1, 1, "PIPELINE@JOB", DatumCommands::list),
        new Command("inspect-datum", Raw.FLAGS, 2, 2, "JOB DATUM", (s, a) -> inspect(s, a, true)),
        new Command(
            "inspect datum", Raw.FLAGS, 2, 2, "PIPELINE@JOB DATUM", (s, a) -> inspect(s, a, false)),
        new Command("restart-datum", "", 2, 2, "JOB PATH[,PATH]", DatumCommands::restart),
        new Command("restart datum", "", 2, 2, "PIPELINE@JOB PATH[,PATH]", DatumCommands::restart),
        new Command(
            "get-logs",
            shown + "job* show what was said in this job",
            0,
            0,
            "--job ID or --pipeline NAME",
            DatumCommands::logs),
        new Command("logs", logging, 0, 0, "-j PIPELINE@JOB or -p PIPELINE", DatumCommands::logs));
  }

  private static Iterator<DatumInfo> datums(Session session, Arguments arguments) {
    var request =
        ListDatumRequest.newBuilder().setJob(JobCommands.find(session, arguments.word(0)));
    return session.stream(APIGrpc.getListDatumMethod(), request.build());
  }

  private static void listOld(Session session, Arguments arguments) {
    var page = page(datums(session, arguments), arguments);
    Listing.print(
        session,
        page,
        info -> new String[] {info.getDatum().getId(), status(info), time(info)},
        "ID",
        "STATUS",
        "TIME");
  }

  /// The part of a stream that 1.7's flags ask for; all of it without them.
  private static Iterator<DatumInfo> page(Iterator<DatumInfo> all, Arguments arguments) {
    long size = arguments.number("pageSize");
    if (size <= 0) {
      return all;
    }
    for (long skipped = size * arguments.number("page"); skipped > 0 && all.hasNext(); skipped--) {
      all.next();
    }
    return First.of(all, size);
  }

  private static void list(Session session, Arguments arguments) {
    Listing.print(
        session,
        datums(session, arguments),
        info -> new String[] {info.getDatum().getId(), files(info), status(info), time(info)},
        "ID",
        "FILES",
        "STATUS",
        "TIME");
  }

  private static String status(DatumInfo info) {
    return info.getState() == DatumState.UNKNOWN || info.getState() == DatumState.STARTING
        ? "-"
        : info.getState().name().toLowerCase(Locale.ROOT);
  }

  private static String time(DatumInfo info) {
    var took = Human.took(info.getStats().getProcessTime());
    return took.isZero() ? "-" : Human.duration(took, false);
  }

  private static String files(DatumInfo info) {
    return info.getDataList().stream()
        .map(d -> name(d.getFile()))
        .collect(Collectors.joining(", "));
  }

  private static String name(File file) {
    var repo = file.getCommit().getRepo();
    return "%s/%s@%s:%s"
        .formatted(
            repo.getProject().getName(), repo.getName(), file.getCommit().getId(), file.getPath());
  }

  private static void inspect(Session session, Arguments arguments, boolean old) {
    var datum =
        Datum.newBuilder()
            .setJob(JobCommands.find(session, arguments.word(0)))
            .setId(arguments.word(1));
    var info = session.pps().inspectDatum(InspectDatumRequest.newBuilder().setDatum(datum).build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    var stats = info.getStats();
    label(session, "ID", info.getDatum().getId());
    label(session, "Job ID", info.getDatum().getJob().getId());
    if (!old && !info.getImageId().isEmpty()) {
      label(session, "Image ID", info.getImageId());
    }
    label(session, "State", info.getState().name());
    label(session, "Data Downloaded", Human.size(stats.getDownloadBytes()));
    label(session, "Data Uploaded", Human.size(stats.getUploadBytes()));
    var spent =
        List.of(stats.getDownloadTime(), stats.getProcessTime(), stats.getUploadTime()).stream()
            .map(Human::took)
            .reduce(java.time.Duration.ZERO, java.time.Duration::plus);
    label(session, "Total Time", Human.exact(spent));
    label(session, "Download Time", Human.exact(stats.getDownloadTime()));
    label(session, "Process Time", Human.exact(stats.getProcessTime()));
    label(session, "Upload Time", Human.exact(stats.getUploadTime()));
    session.print("PFS State:");
    paths(session, List.of(info.getPfsState()));
    session.print("Inputs:");
    paths(session, info.getDataList().stream().map(d -> d.getFile()).toList());
  }

  /// One line of the details: the values stand below each other, three blanks behind the longest
  /// label.
  private static void label(Session session, String name, String value) {
    session.print("%-18s%s".formatted(name, value));
  }

  private static void paths(Session session, List<File> files) {
    var table = new Table(session, "REPO", "COMMIT", "PATH");
    for (var file : files) {
      table.row(file.getCommit().getRepo().getName(), file.getCommit().getId(), file.getPath());
    }
    table.end();
  }

  private static void restart(Session session, Arguments arguments) {
    session
        .pps()
        .restartDatum(
            RestartDatumRequest.newBuilder()
                .setJob(JobCommands.find(session, arguments.word(0)))
                .addAllDataFilters(List.of(arguments.word(1).split(",")))
                .build());
  }

  /// The jobs whose logs are wanted. Of those that share an id, `--pipeline` chooses one.
  private static List<Job> jobs(Session session, Arguments arguments, String id) {
    var pipeline = arguments.value("pipeline");
    if (pipeline.isEmpty()) {
      return JobCommands.all(session, id);
    }
    if (id.contains("@")) {
      throw new UsageError("only one of pipeline or job should be specified");
    }
    return List.of(Refs.job(session, pipeline.get() + "@" + id));
  }

  /// What was said in each of the jobs, one after the other.
  private static Iterator<LogMessage> lines(
      Session session, GetLogsRequest.Builder request, Iterator<Job> jobs) {
    return new Iterator<>() {
      private Iterator<LogMessage> lines = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!lines.hasNext() && jobs.hasNext()) {
          var next = request.setJob(jobs.next()).build();
          lines = session.stream(APIGrpc.getGetLogsMethod(), next);
        }
        return lines.hasNext();
      }

      @Override
      public LogMessage next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return lines.next();
      }
    };
  }

  private static void logs(Session session, Arguments arguments) {
    var request =
        GetLogsRequest.newBuilder()
            .setMaster(arguments.has("master"))
            .setFollow(arguments.has("follow"))
            .setTail(arguments.number("tail"));
    var jobs = arguments.value("job").map(id -> jobs(session, arguments, id)).orElse(List.of());
    arguments.value("pipeline").ifPresent(p -> request.setPipeline(Refs.pipeline(session, p)));
    arguments.value("datum").ifPresent(d -> request.setDatum(Datum.newBuilder().setId(d)));
    arguments.value("inputs").ifPresent(i -> request.addAllDataFilters(List.of(i.split(","))));
    arguments
        .value("since")
        .ifPresent(s -> request.setSince(Duration.newBuilder().setSeconds(Durations.seconds(s))));
    boolean raw = arguments.has("raw");
    boolean everything = arguments.has("master") || arguments.has("worker");
    var lines =
        jobs.isEmpty()
            ? session.stream(APIGrpc.getGetLogsMethod(), request.build())
            : lines(session, request, jobs.iterator());
    long others = 0;
    long shown = 0;
    while (lines.hasNext()) {
      var line = lines.next();
      if (raw) {
        Raw.print(session, line);
        shown++;
      } else if (line.getUser() || everything) {
        session.print(line.getMessage().stripTrailing());
        shown++;
      } else {
        others++;
        if (ATTEMPT.matcher(line.getMessage()).matches()) {
          session.say(line.getMessage());
        }
      }
      if (request.getFollow()) {
        session.flush();
      }
    }
    if (shown == 0 && others > 0) {
      session.say("the program has written nothing; --worker shows what its worker says");
    }
  }
}
