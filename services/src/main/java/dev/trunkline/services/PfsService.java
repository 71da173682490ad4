package dev.trunkline.services;

import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFileSetRequest;
import dev.trunkline.wire.pfs.BranchInfo;
import dev.trunkline.wire.pfs.ClearCommitRequest;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSetInfo;
import dev.trunkline.wire.pfs.ComposeFileSetRequest;
import dev.trunkline.wire.pfs.CreateBranchRequest;
import dev.trunkline.wire.pfs.CreateFileSetResponse;
import dev.trunkline.wire.pfs.CreateProjectRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.DeleteProjectRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.DeleteRepoResponse;
import dev.trunkline.wire.pfs.DeleteReposRequest;
import dev.trunkline.wire.pfs.DeleteReposResponse;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.DiffFileResponse;
import dev.trunkline.wire.pfs.DropCommitRequest;
import dev.trunkline.wire.pfs.DropCommitResponse;
import dev.trunkline.wire.pfs.DropCommitSetRequest;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FindCommitsRequest;
import dev.trunkline.wire.pfs.FindCommitsResponse;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.ForgetCommitRequest;
import dev.trunkline.wire.pfs.ForgetCommitResponse;
import dev.trunkline.wire.pfs.FsckRequest;
import dev.trunkline.wire.pfs.FsckResponse;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.GetFileSetRequest;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.InspectBranchRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.InspectFileRequest;
import dev.trunkline.wire.pfs.InspectProjectRequest;
import dev.trunkline.wire.pfs.InspectProjectV2Request;
import dev.trunkline.wire.pfs.InspectProjectV2Response;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListBranchRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.ListCommitSetRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.ListProjectRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.ProjectInfo;
import dev.trunkline.wire.pfs.RenewFileSetRequest;
import dev.trunkline.wire.pfs.RepoInfo;
import dev.trunkline.wire.pfs.ReposSummaryRequest;
import dev.trunkline.wire.pfs.ReposSummaryResponse;
import dev.trunkline.wire.pfs.ShardFileSetRequest;
import dev.trunkline.wire.pfs.ShardFileSetResponse;
import dev.trunkline.wire.pfs.SquashCommitRequest;
import dev.trunkline.wire.pfs.SquashCommitResponse;
import dev.trunkline.wire.pfs.SquashCommitSetRequest;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.pfs.SubscribeCommitRequest;
import dev.trunkline.wire.pfs.WalkBranchProvenanceRequest;
import dev.trunkline.wire.pfs.WalkBranchSubvenanceRequest;
import dev.trunkline.wire.pfs.WalkCommitProvenanceRequest;
import dev.trunkline.wire.pfs.WalkCommitSubvenanceRequest;
import dev.trunkline.wire.pfs.WalkFileRequest;
import dev.trunkline.wire.task.ListTaskRequest;
import dev.trunkline.wire.task.TaskInfo;
import dev.trunkline.wire.transaction.TransactionRequest;
import io.grpc.stub.StreamObserver;
import java.util.function.Predicate;

/// `pfs_v2.API`: versioned data. Delegates by topic.
public final class PfsService extends APIGrpc.APIImplBase {
  private final Versions versions;
  private final RepoCalls repos;
  private final BranchCalls branches;
  private final CommitCalls commits;
  private final CommitSetCalls sets;
  private final FileCalls files;
  private final FileSetCalls fileSets;
  private final TransactionCalls transactions;

  /// Answers from `versions`, where no pipelines are; `ownedByPipeline` tells which repos only a
  /// pipeline may delete.
  public PfsService(Versions versions, Predicate<RepoName> ownedByPipeline) {
    this(versions, ownedByPipeline, new TransactionCalls(versions, ownedByPipeline));
  }

  /// Answers from `versions`; `pipelines` are part of transactions and own repos.
  public PfsService(Versions versions, Pipelines pipelines) {
    this(versions, pipelines::owns, new TransactionCalls(versions, pipelines));
  }

  private PfsService(
      Versions versions, Predicate<RepoName> ownedByPipeline, TransactionCalls transactions) {
    this.versions = versions;
    this.transactions = transactions;
    repos = new RepoCalls(versions, ownedByPipeline);
    branches = new BranchCalls(versions);
    commits = new CommitCalls(versions, ownedByPipeline);
    sets = new CommitSetCalls(versions);
    files = new FileCalls(versions);
    fileSets = new FileSetCalls(versions);
  }

  @Override
  public void createProject(CreateProjectRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> repos.createProject(request));
  }

  @Override
  public void inspectProject(InspectProjectRequest request, StreamObserver<ProjectInfo> out) {
    var name = PfsMessages.project(request.getProject());
    Calls.unary(out, () -> PfsMessages.project(versions.projects().inspect(name)));
  }

  @Override
  public void inspectProjectV2(
      InspectProjectV2Request request, StreamObserver<InspectProjectV2Response> out) {
    Calls.unary(out, () -> repos.inspectProject(request));
  }

  @Override
  public void listProject(ListProjectRequest request, StreamObserver<ProjectInfo> out) {
    Calls.stream(out, o -> versions.projects().list().forEach(p -> o.send(PfsMessages.project(p))));
  }

  @Override
  public void deleteProject(DeleteProjectRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> repos.deleteProject(request));
  }

  @Override
  public void reposSummary(ReposSummaryRequest request, StreamObserver<ReposSummaryResponse> out) {
    Calls.unary(out, () -> repos.summarize(request));
  }

  @Override
  public void createRepo(CreateRepoRequest request, StreamObserver<Empty> out) {
    run(TransactionRequest.newBuilder().setCreateRepo(request), out);
  }

  @Override
  public void inspectRepo(InspectRepoRequest request, StreamObserver<RepoInfo> out) {
    Calls.unary(out, () -> repos.inspect(request));
  }

  @Override
  public void listRepo(ListRepoRequest request, StreamObserver<RepoInfo> out) {
    Calls.stream(out, o -> repos.list(request, o));
  }

  @Override
  public void deleteRepo(DeleteRepoRequest request, StreamObserver<DeleteRepoResponse> out) {
    var wrapped = TransactionRequest.newBuilder().setDeleteRepo(request).build();
    var response = DeleteRepoResponse.newBuilder();
    Calls.unary(out, () -> response.setDeleted(transactions.run(wrapped).deleted()).build());
  }

  @Override
  public void deleteRepos(DeleteReposRequest request, StreamObserver<DeleteReposResponse> out) {
    Calls.unary(out, () -> repos.deleteMany(request));
  }

  @Override
  public void deleteAll(Empty request, StreamObserver<Empty> out) {
    Calls.empty(out, repos::deleteAll);
  }

  @Override
  public void createBranch(CreateBranchRequest request, StreamObserver<Empty> out) {
    run(TransactionRequest.newBuilder().setCreateBranch(request), out);
  }

  @Override
  public void inspectBranch(InspectBranchRequest request, StreamObserver<BranchInfo> out) {
    Calls.unary(out, () -> branches.inspect(request));
  }

  @Override
  public void listBranch(ListBranchRequest request, StreamObserver<BranchInfo> out) {
    Calls.stream(out, o -> branches.list(request, o));
  }

  @Override
  public void deleteBranch(DeleteBranchRequest request, StreamObserver<Empty> out) {
    run(TransactionRequest.newBuilder().setDeleteBranch(request), out);
  }

  @Override
  public void walkBranchProvenance(
      WalkBranchProvenanceRequest request, StreamObserver<BranchInfo> out) {
    var limits = BranchCalls.Limits.of(request.getMaxBranches(), request.getMaxDepth());
    Calls.stream(out, o -> branches.walk(request.getStartList(), true, limits, o));
  }

  @Override
  public void walkBranchSubvenance(
      WalkBranchSubvenanceRequest request, StreamObserver<BranchInfo> out) {
    var limits = BranchCalls.Limits.of(request.getMaxBranches(), request.getMaxDepth());
    Calls.stream(out, o -> branches.walk(request.getStartList(), false, limits, o));
  }

  @Override
  public void startCommit(StartCommitRequest request, StreamObserver<Commit> out) {
    var wrapped = TransactionRequest.newBuilder().setStartCommit(request).build();
    Calls.unary(
        out,
        () -> transactions.run(wrapped).response().getCommit().toBuilder().clearBranch().build());
  }

  @Override
  public void finishCommit(FinishCommitRequest request, StreamObserver<Empty> out) {
    run(TransactionRequest.newBuilder().setFinishCommit(request), out);
  }

  @Override
  public void clearCommit(ClearCommitRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> commits.clear(request));
  }

  @Override
  public void forgetCommit(ForgetCommitRequest request, StreamObserver<ForgetCommitResponse> out) {
    Calls.unary(out, () -> commits.forget(request));
  }

  @Override
  public void inspectCommit(InspectCommitRequest request, StreamObserver<CommitInfo> out) {
    Calls.waiting(out, left -> commits.inspect(request, left));
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
  public void squashCommit(SquashCommitRequest request, StreamObserver<SquashCommitResponse> out) {
    Calls.unary(out, () -> commits.squash(request));
  }

  @Override
  public void dropCommit(DropCommitRequest request, StreamObserver<DropCommitResponse> out) {
    Calls.unary(out, () -> commits.drop(request));
  }

  @Override
  public void walkCommitProvenance(
      WalkCommitProvenanceRequest request, StreamObserver<CommitInfo> out) {
    var limits = BranchCalls.Limits.of(request.getMaxCommits(), request.getMaxDepth());
    Calls.stream(out, o -> commits.walk(request.getStartList(), true, limits, o));
  }

  @Override
  public void walkCommitSubvenance(
      WalkCommitSubvenanceRequest request, StreamObserver<CommitInfo> out) {
    var limits = BranchCalls.Limits.of(request.getMaxCommits(), request.getMaxDepth());
    Calls.stream(out, o -> commits.walk(request.getStartList(), false, limits, o));
  }

  @Override
  public void inspectCommitSet(InspectCommitSetRequest request, StreamObserver<CommitInfo> out) {
    Calls.stream(out, o -> sets.inspect(request, o));
  }

  @Override
  public void listCommitSet(ListCommitSetRequest request, StreamObserver<CommitSetInfo> out) {
    Calls.stream(out, o -> sets.list(request, o));
  }

  @Override
  public void squashCommitSet(SquashCommitSetRequest request, StreamObserver<Empty> out) {
    run(TransactionRequest.newBuilder().setSquashCommitSet(request), out);
  }

  @Override
  public void dropCommitSet(DropCommitSetRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> sets.drop(request));
  }

  @Override
  public void findCommits(FindCommitsRequest request, StreamObserver<FindCommitsResponse> out) {
    var nearly = ClientDeadline.nearly();
    Calls.stream(out, o -> sets.find(request, o, nearly));
  }

  @Override
  public void fsck(FsckRequest request, StreamObserver<FsckResponse> out) {
    Calls.stream(out, o -> sets.check(request, o));
  }

  @Override
  public StreamObserver<ModifyFileRequest> modifyFile(StreamObserver<Empty> out) {
    return ModifyFileCall.toCommit(versions, out, _ -> Empty.getDefaultInstance());
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
    Calls.waiting(out, _ -> files.inspect(request));
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

  @Override
  public StreamObserver<ModifyFileRequest> createFileSet(
      StreamObserver<CreateFileSetResponse> out) {
    return ModifyFileCall.toFileSet(versions, out, FileSetCalls::created);
  }

  @Override
  public void getFileSet(GetFileSetRequest request, StreamObserver<CreateFileSetResponse> out) {
    Calls.waiting(out, _ -> fileSets.get(request));
  }

  @Override
  public void addFileSet(AddFileSetRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> fileSets.add(request));
  }

  @Override
  public void renewFileSet(RenewFileSetRequest request, StreamObserver<Empty> out) {
    Calls.empty(
        out, () -> versions.fileSets().renew(request.getFileSetId(), request.getTtlSeconds()));
  }

  @Override
  public void composeFileSet(
      ComposeFileSetRequest request, StreamObserver<CreateFileSetResponse> out) {
    Calls.unary(out, () -> fileSets.compose(request));
  }

  @Override
  public void shardFileSet(ShardFileSetRequest request, StreamObserver<ShardFileSetResponse> out) {
    Calls.unary(out, () -> fileSets.shard(request));
  }

  @Override
  public void listTask(ListTaskRequest request, StreamObserver<TaskInfo> out) {
    Calls.stream(out, _ -> {});
  }

  private void run(TransactionRequest.Builder request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> transactions.run(request.build()));
  }
}
