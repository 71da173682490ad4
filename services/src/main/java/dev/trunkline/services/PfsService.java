package dev.trunkline.services;

import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.BranchInfo;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSetInfo;
import dev.trunkline.wire.pfs.CreateBranchRequest;
import dev.trunkline.wire.pfs.CreateProjectRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.DeleteProjectRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.DeleteRepoResponse;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.DiffFileResponse;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.InspectBranchRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.InspectFileRequest;
import dev.trunkline.wire.pfs.InspectProjectRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListBranchRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.ListCommitSetRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.ListProjectRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.ProjectInfo;
import dev.trunkline.wire.pfs.RepoInfo;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.pfs.SubscribeCommitRequest;
import dev.trunkline.wire.pfs.WalkFileRequest;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Predicate;

/// `pfs_v2.API`: versioned data. Delegates by topic.
public final class PfsService extends APIGrpc.APIImplBase {
  private final Versions versions;
  private final RepoCalls repos;
  private final CommitCalls commits;
  private final FileCalls files;

  /// Answers from `versions`; `ownedByPipeline` tells which repos only a pipeline may delete.
  public PfsService(Versions versions, Predicate<RepoName> ownedByPipeline) {
    this.versions = versions;
    repos = new RepoCalls(versions, ownedByPipeline);
    commits = new CommitCalls(versions);
    files = new FileCalls(versions);
  }

  @Override
  public void createProject(CreateProjectRequest request, StreamObserver<Empty> out) {
    var name = PfsMessages.project(request.getProject());
    Calls.empty(
        out, () -> versions.projects().create(name, request.getDescription(), request.getUpdate()));
  }

  @Override
  public void inspectProject(InspectProjectRequest request, StreamObserver<ProjectInfo> out) {
    var name = PfsMessages.project(request.getProject());
    Calls.unary(out, () -> PfsMessages.project(versions.projects().inspect(name)));
  }

  @Override
  public void listProject(ListProjectRequest request, StreamObserver<ProjectInfo> out) {
    Calls.stream(out, o -> versions.projects().list().forEach(p -> o.send(PfsMessages.project(p))));
  }

  @Override
  public void deleteProject(DeleteProjectRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> versions.projects().delete(PfsMessages.project(request.getProject())));
  }

  @Override
  public void createRepo(CreateRepoRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> repos.create(request));
  }

  @Override
  public void inspectRepo(InspectRepoRequest request, StreamObserver<RepoInfo> out) {
    Calls.unary(out, () -> repos.inspect(request.getRepo()));
  }

  @Override
  public void listRepo(ListRepoRequest request, StreamObserver<RepoInfo> out) {
    Calls.stream(out, o -> repos.list(request, o));
  }

  @Override
  public void deleteRepo(DeleteRepoRequest request, StreamObserver<DeleteRepoResponse> out) {
    Calls.unary(out, () -> repos.delete(request));
  }

  @Override
  public void createBranch(CreateBranchRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> repos.createBranch(request));
  }

  @Override
  public void inspectBranch(InspectBranchRequest request, StreamObserver<BranchInfo> out) {
    Calls.unary(out, () -> repos.inspect(PfsMessages.branch(request.getBranch())));
  }

  @Override
  public void listBranch(ListBranchRequest request, StreamObserver<BranchInfo> out) {
    Calls.stream(out, o -> repos.listBranches(request, o));
  }

  @Override
  public void deleteBranch(DeleteBranchRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> repos.deleteBranch(request));
  }

  @Override
  public void startCommit(StartCommitRequest request, StreamObserver<Commit> out) {
    Calls.unary(out, () -> commits.start(request));
  }

  @Override
  public void finishCommit(FinishCommitRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> commits.finish(request));
  }

  @Override
  public void inspectCommit(InspectCommitRequest request, StreamObserver<CommitInfo> out) {
    Calls.unary(out, () -> commits.inspect(request));
  }

  @Override
  public void listCommit(ListCommitRequest request, StreamObserver<CommitInfo> out) {
    Calls.stream(out, o -> commits.list(request, o));
  }

  @Override
  public void subscribeCommit(SubscribeCommitRequest request, StreamObserver<CommitInfo> out) {
    Calls.stream(out, o -> commits.subscribe(request, o));
  }

  @Override
  public void inspectCommitSet(InspectCommitSetRequest request, StreamObserver<CommitInfo> out) {
    Calls.stream(out, o -> commits.inspectSet(request, o));
  }

  @Override
  public void listCommitSet(ListCommitSetRequest request, StreamObserver<CommitSetInfo> out) {
    var project =
        request.hasProject()
            ? Optional.of(PfsMessages.project(request.getProject()))
            : Optional.<String>empty();
    Calls.stream(out, o -> commits.listSets(project, o));
  }

  @Override
  public StreamObserver<ModifyFileRequest> modifyFile(StreamObserver<Empty> out) {
    return new ModifyFileCall(versions, out);
  }

  @Override
  public void getFile(GetFileRequest request, StreamObserver<BytesValue> out) {
    Calls.stream(out, o -> files.get(request, o));
  }

  @Override
  public void getFileTAR(GetFileRequest request, StreamObserver<BytesValue> out) {
    Calls.stream(out, o -> files.getTar(request, o));
  }

  @Override
  public void inspectFile(InspectFileRequest request, StreamObserver<FileInfo> out) {
    Calls.unary(out, () -> files.inspect(request.getFile()));
  }

  @Override
  public void listFile(ListFileRequest request, StreamObserver<FileInfo> out) {
    Calls.stream(out, o -> files.list(request, o));
  }

  @Override
  public void walkFile(WalkFileRequest request, StreamObserver<FileInfo> out) {
    Calls.stream(out, o -> files.walk(request, o));
  }

  @Override
  public void globFile(GlobFileRequest request, StreamObserver<FileInfo> out) {
    Calls.stream(out, o -> files.glob(request, o));
  }

  @Override
  public void diffFile(DiffFileRequest request, StreamObserver<DiffFileResponse> out) {
    Calls.stream(out, o -> files.diff(request, o));
  }
}
