package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.planning.Input;
import dev.trunkline.planning.InputWalk;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.Files;
import dev.trunkline.versions.Projects;
import dev.trunkline.versions.Provenance;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pps.Datum;
import dev.trunkline.wire.pps.DatumInfo;
import dev.trunkline.wire.pps.DatumState;
import dev.trunkline.wire.pps.InspectDatumRequest;
import dev.trunkline.wire.pps.ListDatumRequest;
import dev.trunkline.wire.pps.ProcessStats;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The calls about datums: those that a job has, and those that an input would have.
final class DatumCalls {
  /// So many datums of an input are kept at a time, to send them in the order of their ids.
  private static final int SORTED = 20_000;

  private static final int MOST_REVERSED = 100_000;

  private final Versions versions;
  private final Pipelines pipelines;
  private final Provenance provenance;

  DatumCalls(Versions versions, Pipelines pipelines) {
    this.versions = versions;
    this.pipelines = pipelines;
    this.provenance = new Provenance(versions);
  }

  private static void require(boolean present, String text) {
    if (!present) {
      throw Refusal.invalid(text);
    }
  }

  private JobInputs inputs(JobInfo job) {
    var output = new CommitName(job.pipeline().output(), job.id());
    var sources = provenance.ofSets(List.of(job.id())).getOrDefault(output, List.of());
    var byRepo = new HashMap<RepoName, CommitName>();
    sources.forEach(name -> byRepo.put(name.repo(), name));
    var leaves = pipelines.inspect(job).spec().input().stream().flatMap(Input::leaves).toList();
    return new JobInputs(leaves, byRepo);
  }

  void list(ListDatumRequest request, Calls.Outlet<DatumInfo> out) {
    require(!request.hasJob() || !request.hasInput(), "cannot specify both job and input");
    require(request.hasJob() || request.hasInput(), "must specify a job or an input");
    require(request.getNumber() >= 0, "number must be non-negative");
    require(
        !request.getReverse() || request.getNumber() > 0, "number must be > 0 when reverse is set");
    require(
        !request.getReverse() || request.getNumber() <= MOST_REVERSED,
        "cannot return more than " + MOST_REVERSED + " datums in reverse");
    if (request.hasInput()) {
      ofInput(request, out);
    } else {
      ofJob(request, out);
    }
  }

  private static boolean wanted(ListDatumRequest request, DatumInfo info) {
    return request.getFilter().getStateCount() == 0
        || request.getFilter().getStateList().contains(info.getState());
  }

  private void ofJob(ListDatumRequest request, Calls.Outlet<DatumInfo> out) {
    var job =
        pipelines.jobs().inspect(JobCalls.pipeline(request.getJob()), request.getJob().getId());
    var inputs = inputs(job);
    if (request.getReverse()) {
      reversed(request, job, inputs).forEach(out::send);
      return;
    }
    long left = request.getNumber() == 0 ? Long.MAX_VALUE : request.getNumber();
    var marker = request.getPaginationMarker();
    for (var results = pipelines.jobs().datums(job, marker); left > 0 && results.hasNext(); ) {
      var info = message(results.next(), job, inputs);
      if (info.getDatum().getId().compareTo(marker) > 0 && wanted(request, info)) {
        out.send(info);
        left--;
      }
    }
  }

  /// The last datums below the marker, the last first: no more are held than were asked for.
  private Iterable<DatumInfo> reversed(ListDatumRequest request, JobInfo job, JobInputs inputs) {
    var marker = request.getPaginationMarker();
    var last = new ArrayDeque<DatumInfo>();
    for (var results = pipelines.jobs().datums(job); results.hasNext(); ) {
      var info = message(results.next(), job, inputs);
      if (!marker.isEmpty() && info.getDatum().getId().compareTo(marker) >= 0) {
        break;
      }
      if (wanted(request, info)) {
        last.addFirst(info);
        if (last.size() > request.getNumber()) {
          last.removeLast();
        }
      }
    }
    return last;
  }

  DatumInfo inspect(InspectDatumRequest request) {
    var datum = request.getDatum();
    require(request.hasDatum() && !datum.getId().isEmpty(), "must specify a datum");
    require(datum.hasJob(), "must specify a job");
    var name = JobCalls.pipeline(datum.getJob());
    var job = pipelines.jobs().inspect(name, datum.getJob().getId());
    var result =
        pipelines
            .jobs()
            .datum(job, datum.getId())
            .orElseThrow(() ->
                Refusal.notFound(
                    "datum %s not found in job %s@%s".formatted(datum.getId(), name, job.id())));
    var meta = new CommitName(name.output().as(RepoName.META), job.id());
    return message(result, job, inputs(job)).toBuilder()
        .setPfsState(
            File.newBuilder().setCommit(PfsMessages.commit(meta)).setPath("/pfs/" + datum.getId()))
        .build();
  }

  /// In the order of ids, in passes that hold [#SORTED] datums each.
  private void ofInput(ListDatumRequest request, Calls.Outlet<DatumInfo> out) {
    var walk = walk(request.getInput(), "list");
    long left = request.getNumber() == 0 ? Long.MAX_VALUE : request.getNumber();
    var marker = request.getPaginationMarker();
    int most = (int) Math.min(left, request.getReverse() ? MOST_REVERSED : SORTED);
    while (left > 0) {
      var from = marker;
      var pass = new TreeMap<String, DatumInfo>();
      walk.each(info -> {
        keep(pass, info, from, request.getReverse(), most);
        return true;
      });
      var found = request.getReverse() ? pass.descendingMap() : pass;
      for (var info : found.values()) {
        if (left > 0 && wanted(request, info)) {
          out.send(info);
          left--;
        }
      }
      if (request.getReverse() || pass.size() < most) {
        return;
      }
      marker = pass.lastKey();
    }
  }

  /// Keeps those `most` datums beyond the marker that come next.
  private static void keep(
      NavigableMap<String, DatumInfo> pass,
      DatumInfo info,
      String marker,
      boolean reverse,
      int most) {
    var id = info.getDatum().getId();
    boolean beyond =
        reverse ? marker.isEmpty() || id.compareTo(marker) < 0 : id.compareTo(marker) > 0;
    if (!beyond) {
      return;
    }
    pass.put(id, info);
    if (pass.size() > most) {
      if (reverse) {
        pass.pollFirstEntry();
      } else {
        pass.pollLastEntry();
      }
    }
  }

  /// The datums that an input would have with its branches as they are now.
  Walk walk(dev.trunkline.wire.pps.Input message, String verb) {
    refuseCron(message, verb);
    var input = InputMessages.defaulted(message, "", Projects.DEFAULT);
    InputMessages.check(input);
    var planned = InputMessages.planned(input);
    var heads = new HashMap<Input.Pfs, Files.Snapshot>();
    planned.leaves().forEach(leaf -> heads.computeIfAbsent(leaf, this::head));
    return new Walk(planned, heads);
  }

  private Files.Snapshot head(Input.Pfs leaf) {
    var branch = new BranchName(Pipelines.repo(leaf), leaf.branch());
    return versions.files().open(CommitHandle.head(branch));
  }

  private static void refuseCron(dev.trunkline.wire.pps.Input input, String verb) {
    InputMessages.mapped(
        input,
        leaf -> {
          require(
              !leaf.hasCron(),
              "can't "
                  + verb
                  + " datums with a cron input, there will be no datums until the pipeline is"
                  + " created");
          return leaf;
        });
  }

  /// A way through the datums of an input, as often as one likes.
  final class Walk {
    private final Input input;
    private final Map<Input.Pfs, FileMessages> messages = new HashMap<>();
    private final InputWalk walk;

    private Walk(Input input, Map<Input.Pfs, Files.Snapshot> heads) {
      this.input = input;
      heads.forEach((leaf, head) -> messages.put(leaf, new FileMessages(head)));
      var roots = new HashMap<Input.Pfs, Root>();
      heads.forEach((leaf, head) -> roots.put(leaf, head.root()));
      this.walk = new InputWalk(versions.files().trees(), roots);
    }

    /// Gives `sink` the datums in the order in which they are found, as long as it wants more.
    void each(Predicate<DatumInfo> sink) {
      walk.each(input, found -> sink.test(message(found)));
    }

    private DatumInfo message(List<InputWalk.Found> found) {
      var out =
          DatumInfo.newBuilder()
              .setDatum(Datum.newBuilder().setId(InputWalk.id(found).hex()))
              .setState(DatumState.UNKNOWN)
              .setStats(ProcessStats.getDefaultInstance());
      for (var part : found) {
        var files = messages.get(part.leaf());
        if (files != null) {
          out.addData(files.of(part.entry()));
        }
      }
      return out.build();
    }
  }

  private DatumInfo message(
      dev.trunkline.pipelines.DatumResult result, JobInfo job, JobInputs inputs) {
    return PpsMessages.datum(result, pipelines.jobs().inputs(result), job, inputs);
  }
}
