package dev.trunkline.cli;

import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pps.APIGrpc;
import dev.trunkline.wire.pps.Datum;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DatumState;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.RestartDatumRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The datums of a job.
final class DatumCommands {
  private DatumCommands() {}

  static List<Command> all() {
    var paging =
        """
        pageSize*  list so many at once; 0 means all
        page*      which page of that size, from 0
        """;
    return List.of(
        new Command("list-datum", Raw.FLAGS + paging, 1, 1, "JOB", DatumCommands::listOld),
        new Command("list datum", Raw.FLAGS, 1, 1, "PIPELINE@JOB", DatumCommands::list),
        new Command("inspect-datum", Raw.FLAGS, 2, 2, "JOB DATUM", (s, a) -> inspect(s, a, true)),
        new Command(
            "inspect datum", Raw.FLAGS, 2, 2, "PIPELINE@JOB DATUM", (s, a) -> inspect(s, a, false)),
        new Command("restart-datum", "", 2, 2, "JOB PATH[,PATH]", DatumCommands::restart),
        new Command("restart datum", "", 2, 2, "PIPELINE@JOB PATH[,PATH]", DatumCommands::restart));
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
}
