package dev.trunkline.bench;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.DiffFileResponse;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.pps.CreatePipelineRequest;
import dev.trunkline.wire.pps.Input;
import dev.trunkline.wire.pps.InspectJobRequest;
import dev.trunkline.wire.pps.Job;
import dev.trunkline.wire.pps.JobInfo;
import dev.trunkline.wire.pps.JobState;
import dev.trunkline.wire.pps.PFSInput;
import dev.trunkline.wire.pps.ParallelismSpec;
import dev.trunkline.wire.pps.Pipeline;
import dev.trunkline.wire.pps.Transform;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.util.List;
import java.util.stream.Stream;

/// A client of the wire, as any other would be.
final class Client implements AutoCloseable {
  private static final Project PROJECT = Project.newBuilder().setName("default").build();

  private final ManagedChannel channel;
  private final APIGrpc.APIBlockingStub pfs;
  private final APIGrpc.APIStub pfsAsync;
  private final dev.trunkline.wire.pps.APIGrpc.APIBlockingStub pps;

  Client(int port) {
    channel =
        OkHttpChannelBuilder.forAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .maxInboundMessageSize(64 << 20)
            .flowControlWindow(4 << 20)
            .build();
    pfs = APIGrpc.newBlockingStub(channel);
    pfsAsync = APIGrpc.newStub(channel).withExecutor(Runnable::run);
    pps = dev.trunkline.wire.pps.APIGrpc.newBlockingStub(channel);
  }

  static Repo repo(String name) {
    return Repo.newBuilder().setName(name).setType("user").setProject(PROJECT).build();
  }

  static Commit head(String repo) {
    var branch = Branch.newBuilder().setRepo(repo(repo)).setName("master");
    return Commit.newBuilder().setRepo(repo(repo)).setBranch(branch).build();
  }

  void createRepo(String name) {
    pfs.createRepo(CreateRepoRequest.newBuilder().setRepo(repo(name)).build());
  }

  /// Writes a commit of its own with one stream, and waits until it is finished.
  Commit put(String repo, Stream<ModifyFileRequest> edits) {
    Upload.send(pfsAsync, Stream.concat(Stream.of(into(head(repo))), edits).iterator());
    return finished(head(repo));
  }

  /// Starts a commit, writes to it, closes it, and waits until it is finished.
  Commit change(String repo, Stream<ModifyFileRequest> edits) {
    var branch = Branch.newBuilder().setRepo(repo(repo)).setName("master");
    var commit = pfs.startCommit(StartCommitRequest.newBuilder().setBranch(branch).build());
    Upload.send(pfsAsync, Stream.concat(Stream.of(into(commit)), edits).iterator());
    pfs.finishCommit(FinishCommitRequest.newBuilder().setCommit(commit).build());
    return finished(commit);
  }

  private static ModifyFileRequest into(Commit commit) {
    return ModifyFileRequest.newBuilder().setSetCommit(commit).build();
  }

  Commit finished(Commit commit) {
    return pfs.inspectCommit(
            InspectCommitRequest.newBuilder()
                .setCommit(commit)
                .setWait(CommitState.FINISHED)
                .build())
        .getCommit();
  }

  private static File file(Commit commit, String path) {
    return File.newBuilder().setCommit(commit).setPath(path).build();
  }

  long list(Commit commit, String path) {
    var request = ListFileRequest.newBuilder().setFile(file(commit, path)).build();
    return AnswerCount.<FileInfo>of(answers -> pfsAsync.listFile(request, answers));
  }

  long glob(Commit commit, String pattern) {
    var request = GlobFileRequest.newBuilder().setCommit(commit).setPattern(pattern).build();
    return AnswerCount.<FileInfo>of(answers -> pfsAsync.globFile(request, answers));
  }

  /// The number of answers to a comparison of a commit with its parent.
  long diff(Commit commit) {
    var request = DiffFileRequest.newBuilder().setNewFile(file(commit, "/")).build();
    return AnswerCount.<DiffFileResponse>of(answers -> pfsAsync.diffFile(request, answers));
  }

  long get(Commit commit, String path) {
    long bytes = 0;
    var pieces = pfs.getFile(GetFileRequest.newBuilder().setFile(file(commit, path)).build());
    while (pieces.hasNext()) {
      bytes += pieces.next().getValue().size();
    }
    return bytes;
  }

  /// Makes a pipeline of `sh -c script` with two workers and one datum for each file of `input`.
  void createPipeline(String name, String input, String script) {
    pps.createPipeline(
        CreatePipelineRequest.newBuilder()
            .setPipeline(pipeline(name))
            .setTransform(Transform.newBuilder().addAllCmd(List.of("sh", "-c", script)))
            .setParallelismSpec(ParallelismSpec.newBuilder().setConstant(2))
            .setInput(
                Input.newBuilder()
                    .setPfs(
                        PFSInput.newBuilder()
                            .setProject("default")
                            .setRepo(input)
                            .setName(input)
                            .setBranch("master")
                            .setGlob("/*")))
            .build());
  }

  private static Pipeline pipeline(String name) {
    return Pipeline.newBuilder().setName(name).setProject(PROJECT).build();
  }

  /// The newest job of a pipeline once it has succeeded.
  JobInfo succeeded(String name) {
    return succeeded(name, finished(head(name)).getId());
  }

  /// The job that belongs to commit `id`, once it has succeeded.
  JobInfo succeeded(String name, String id) {
    var job = Job.newBuilder().setPipeline(pipeline(name)).setId(id);
    var info = pps.inspectJob(InspectJobRequest.newBuilder().setJob(job).setWait(true).build());
    if (info.getState() != JobState.JOB_SUCCESS) {
      throw new IllegalStateException(
          name + " ended as " + info.getState() + ": " + info.getReason());
    }
    return info;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
