package dev.trunkline.services;

import com.google.protobuf.Empty;
import dev.trunkline.base.FilePath;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.JobPages;
import dev.trunkline.pipelines.JobQuery;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.trunkline.APIGrpc;
import dev.trunkline.wire.trunkline.LineageNode;
import dev.trunkline.wire.trunkline.LineageRequest;
import dev.trunkline.wire.trunkline.ReusedDatumsRequest;
import dev.trunkline.wire.trunkline.ReusedDatumsResponse;
import dev.trunkline.wire.trunkline.ServerInfoResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `trunkline.v1.API`: what we answer beyond the 2.12 API.
public final class TrunklineService extends APIGrpc.APIImplBase {
  private final Versions versions;
  private final Pipelines pipelines;
  private final ServerInfoResponse info;

  /// Answers from versions and pipelines together, and with `info` about the server itself.
  public TrunklineService(Versions versions, Pipelines pipelines, ServerInfoResponse info) {
    this.versions = versions;
    this.pipelines = pipelines;
    this.info = info;
  }

  @Override
  public void serverInfo(Empty request, StreamObserver<ServerInfoResponse> out) {
    Calls.unary(out, () -> info);
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
        var result = results.next();
        boolean kept = result.version() < version && result.state() == DatumOutcome.State.PROCESSED;
        out.setTotal(out.getTotal() + 1).setReused(out.getReused() + (kept ? 1 : 0));
      }
    }
    return out.build();
  }

  @Override
  public void lineage(LineageRequest request, StreamObserver<LineageNode> out) {
    var file = request.getFile();
    Calls.stream(
        out,
        o -> {
          var commit = PfsMessages.commit(file.getCommit());
          var lineage = new Lineage(versions, pipelines);
          lineage.of(commit, FilePath.clean(file.getPath())).forEach(o::send);
        });
  }
}
