package dev.trunkline.services;

import com.google.protobuf.ByteString;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.pipelines.DatumResult;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.JobPages;
import dev.trunkline.pipelines.JobQuery;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.trunkline.APIGrpc;
import dev.trunkline.wire.trunkline.LineageNode;
import dev.trunkline.wire.trunkline.LineageRequest;
import dev.trunkline.wire.trunkline.ReusedDatumsRequest;
import dev.trunkline.wire.trunkline.ReusedDatumsResponse;
import dev.trunkline.wire.trunkline.Transformation;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `trunkline.v1.API`: what we answer beyond the 2.12 API.
public final class TrunklineService extends APIGrpc.APIImplBase {
  private final Versions versions;
  private final Pipelines pipelines;

  /// Answers from versions and pipelines together.
  public TrunklineService(Versions versions, Pipelines pipelines) {
    this.versions = versions;
    this.pipelines = pipelines;
  }

  @Override
  public void reusedDatums(ReusedDatumsRequest request, StreamObserver<ReusedDatumsResponse> out) {
    Calls.unary(out, () -> reused(PpsMessages.pipeline(request.getPipeline())));
  }

  /// Counts in the results of the last job that has any: the next one keeps what it can of them.
  private ReusedDatumsResponse reused(PipelineName name) {
    long version = pipelines.inspect(name).version();
    var last = new ArrayList<JobInfo>();
    var query = new JobQuery(Optional.of(name), List.of(), -1, false, Optional.empty());
    new JobPages(versions)
        .list(
            query,
            page -> {
              page.stream()
                  .filter(job -> job.results().isPresent())
                  .findFirst()
                  .ifPresent(last::add);
              return last.isEmpty();
            });
    var out = ReusedDatumsResponse.newBuilder();
    for (var job : last) {
      for (var results = pipelines.jobs().datums(job); results.hasNext(); ) {
        boolean older = results.next().version() < version;
        out.setTotal(out.getTotal() + 1).setReused(out.getReused() + (older ? 1 : 0));
      }
    }
    return out.build();
  }

  @Override
  public void lineage(LineageRequest request, StreamObserver<LineageNode> out) {
    Calls.stream(out, o -> lineage(request.getFile()).forEach(o::send));
  }

  private List<LineageNode> lineage(File file) {
    var snapshot = versions.files().open(PfsMessages.commit(file.getCommit()));
    var path = FilePath.clean(file.getPath());
    if (versions.files().trees().stat(snapshot.root(), path).isEmpty()) {
      throw Refusal.notFound(
          "file %s not found in repo %s at commit %s"
              .formatted(path, snapshot.commit().name().repo(), snapshot.commit().name().id()));
    }
    var nodes = new ArrayList<LineageNode>();
    trace(snapshot.commit().name(), path, nodes);
    return nodes;
  }

  /// Adds the node of a file and of all that it comes from; returns its index.
  private int trace(CommitName commit, FilePath path, List<LineageNode> nodes) {
    int index = nodes.size();
    var snapshot = versions.files().open(CommitHandle.of(commit));
    var entry = versions.files().trees().stat(snapshot.root(), path).orElseThrow();
    var node =
        LineageNode.newBuilder()
            .setIndex(index)
            .setFile(
                File.newBuilder()
                    .setCommit(PfsMessages.commit(commit))
                    .setPath(entry.shown())
                    .build())
            .setHash(ByteString.copyFrom(entry.hash().bytes()));
    snapshot.commit().finishing().ifPresent(at -> node.setCommitted(PfsMessages.time(at)));
    nodes.add(node.build());
    if (entry instanceof Entry.OfFile file) {
      made(commit, file).ifPresent(made -> nodes.set(index, explain(node, made, nodes)));
    }
    return index;
  }

  /// The result of the datum that wrote a file, with its job.
  private Optional<Made> made(CommitName commit, Entry.OfFile file) {
    var name = new PipelineName(commit.repo().project(), commit.repo().name());
    try {
      var job = pipelines.jobs().inspect(name, commit.id());
      return pipelines
          .jobs()
          .datum(job, file.datum())
          .map(result -> new Made(pipelines.jobs().inspect(name, result.job()), result));
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  private LineageNode explain(LineageNode.Builder node, Made made, List<LineageNode> nodes) {
    var job = made.job();
    var pipeline = pipelines.inspect(job);
    var request = PpsMessages.request(pipeline);
    node.setMadeBy(
        Transformation.newBuilder()
            .setPipeline(PpsMessages.pipeline(job.pipeline()))
            .setVersion(job.version())
            .setVersionCreated(PfsMessages.time(pipeline.updated()))
            .setImage(made.result().made().image())
            .addAllCmd(request.getTransform().getCmdList())
            .setJobId(job.id())
            .setDatumId(made.result().id().hex()));
    var output =
        versions
            .commits()
            .inspect(CommitHandle.of(new CommitName(job.pipeline().output(), job.id())));
    for (var part : pipelines.jobs().inputs(made.result())) {
      var leaf =
          pipeline.spec().input().stream()
              .flatMap(dev.trunkline.planning.Input::leaves)
              .filter(l -> l.name().equals(part.name()))
              .findFirst()
              .orElseThrow();
      var repo = new RepoName(leaf.project(), leaf.repo(), leaf.type());
      output.provenance().stream()
          .filter(c -> c.repo().equals(repo))
          .findFirst()
          .ifPresent(c -> node.addSources(trace(c, FilePath.clean(part.path()), nodes)));
    }
    return node.build();
  }

  private record Made(JobInfo job, DatumResult result) {}
}
