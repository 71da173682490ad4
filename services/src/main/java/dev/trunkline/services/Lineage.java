package dev.trunkline.services;

import com.google.protobuf.ByteString;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.pipelines.DatumResult;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.PipelineInfo;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.planning.Input;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.Files.Snapshot;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.trunkline.LineageNode;
import dev.trunkline.wire.trunkline.Transformation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where one file or directory comes from, back to what people put in: a graph in which each file
/// of each commit stands once. Good for one question.
///
/// A directory that a pipeline wrote is the work of many datums, so it is followed into; one that
/// people put in stands for itself.
final class Lineage {
  private static final int MOST = 10_000;

  private final Versions versions;
  private final Pipelines pipelines;
  private final List<LineageNode> nodes = new ArrayList<>();
  private final Map<Place, Integer> known = new HashMap<>();

  Lineage(Versions versions, Pipelines pipelines) {
    this.versions = versions;
    this.pipelines = pipelines;
  }

  private record Place(CommitName commit, FilePath path) {}

  private record Made(JobInfo job, DatumResult result) {}

  /// The nodes, that of `path` first; a file that does not exist, or one with more than 10,000
  /// nodes, is refused.
  List<LineageNode> of(CommitHandle commit, FilePath path) {
    var snapshot = versions.files().open(commit);
    var name = snapshot.commit().name();
    var entry =
        versions
            .files()
            .trees()
            .stat(snapshot.root(), path)
            .orElseThrow(() ->
                Refusal.notFound(
                    "file %s not found in repo %s at commit %s"
                        .formatted(path, name.repo(), name.id())));
    trace(snapshot, entry);
    return nodes;
  }

  private int trace(CommitName commit, FilePath path) {
    var before = known.get(new Place(commit, path));
    if (before != null) {
      return before;
    }
    var snapshot = versions.files().open(CommitHandle.of(commit));
    return trace(snapshot, versions.files().trees().stat(snapshot.root(), path).orElseThrow());
  }

  /// Adds the node of an entry, and of all that it comes from behind it; returns its index.
  private int trace(Snapshot snapshot, Entry entry) {
    if (nodes.size() == MOST) {
      throw Refusal.invalid(
          "more than %,d files take part: ask for one of the files in the directory"
              .formatted(MOST));
    }
    int index = nodes.size();
    var commit = snapshot.commit().name();
    known.put(new Place(commit, entry.path()), index);
    var node = node(snapshot, entry).setIndex(index);
    nodes.add(node.build());
    job(commit)
        .ifPresent(job -> {
          switch (entry) {
            case Entry.OfFile file -> made(job, file).ifPresent(made -> explain(node, made));
            case Entry.OfDirectory directory -> enter(node, snapshot, directory);
          }
          nodes.set(index, node.build());
        });
    return index;
  }

  private static LineageNode.Builder node(Snapshot snapshot, Entry entry) {
    var file = File.newBuilder().setPath(entry.shown());
    var node =
        LineageNode.newBuilder()
            .setFile(file.setCommit(PfsMessages.commit(snapshot.commit().name())))
            .setHash(ByteString.copyFrom(entry.hash().bytes()));
    snapshot.commit().finishing().ifPresent(at -> node.setCommitted(PfsMessages.time(at)));
    return node;
  }

  private void enter(LineageNode.Builder node, Snapshot snapshot, Entry.OfDirectory directory) {
    var children = versions.files().trees().list(snapshot.root(), directory.path());
    while (children.hasNext()) {
      var child = children.next();
      var before = known.get(new Place(snapshot.commit().name(), child.path()));
      node.addContents(before == null ? trace(snapshot, child) : before);
    }
  }

  /// The job that wrote a commit, if a pipeline did.
  private Optional<JobInfo> job(CommitName commit) {
    try {
      var name = new PipelineName(commit.repo().project(), commit.repo().name());
      return Optional.of(pipelines.jobs().inspect(name, commit.id()));
    } catch (Refusal _) {
      return Optional.empty();
    }
  }

  /// The result of the datum that wrote a file, and the job that ran it, maybe an earlier one.
  private Optional<Made> made(JobInfo job, Entry.OfFile file) {
    return pipelines
        .jobs()
        .datum(job, file.datum())
        .map(result -> new Made(pipelines.jobs().inspect(job.pipeline(), result.job()), result));
  }

  private void explain(LineageNode.Builder node, Made made) {
    var job = made.job();
    var pipeline = pipelines.inspect(job);
    node.setMadeBy(transformation(made, pipeline));
    var output =
        versions
            .commits()
            .inspect(CommitHandle.of(new CommitName(job.pipeline().output(), job.id())));
    for (var part : pipelines.jobs().inputs(made.result())) {
      var repo = repo(pipeline, part.name());
      output.provenance().stream()
          .filter(commit -> commit.repo().equals(repo))
          .findFirst()
          .ifPresent(commit -> node.addSources(trace(commit, FilePath.clean(part.path()))));
    }
  }

  private static Transformation transformation(Made made, PipelineInfo pipeline) {
    var job = made.job();
    return Transformation.newBuilder()
        .setPipeline(PpsMessages.pipeline(job.pipeline()))
        .setVersion(job.version())
        .setVersionCreated(PfsMessages.time(pipeline.updated()))
        .setImage(made.result().made().image())
        .addAllCmd(PpsMessages.request(pipeline).getTransform().getCmdList())
        .setJobId(job.id())
        .setDatumId(made.result().id().hex())
        .build();
  }

  /// The repo behind the input that a pipeline calls `name`.
  private static RepoName repo(PipelineInfo pipeline, String name) {
    return pipeline.spec().input().stream()
        .flatMap(Input::leaves)
        .filter(leaf -> leaf.name().equals(name))
        .map(Pipelines::repo)
        .findFirst()
        .orElseThrow();
  }
}
