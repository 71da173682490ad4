package dev.trunkline.services;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.CopyFile;
import dev.trunkline.wire.pfs.CreateBranchRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteFile;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.FsckRequest;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.InspectBranchRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.StartCommitRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/// A server of versioned data inside the test, with a real database, and a client of it in the
/// words of the tests.
final class PfsServer implements AutoCloseable {
  final Versions versions;
  final APIGrpc.APIBlockingStub pfs;
  final dev.trunkline.wire.transaction.APIGrpc.APIBlockingStub transactions;
  final dev.trunkline.wire.metadata.APIGrpc.APIBlockingStub metadata;
  final ManagedChannel channel;
  private final Database database;
  private final Server server;

  PfsServer(Path folder) {
    this(Databases.sqlite(folder), "pfs-" + folder.toString().hashCode());
  }

  dev.trunkline.wire.admin.APIGrpc.APIBlockingStub admin() {
    return dev.trunkline.wire.admin.APIGrpc.newBlockingStub(channel);
  }

  private PfsServer(Database database, String name) {
    this.database = database;
    database.migrate("metadata");
    versions =
        new Versions(database, Storage.open(database, new MemoryObjects(), ChunkLimits.STANDARD));
    database.migrate("pipelines");
    versions.start(Optional.empty());
    try {
      server =
          InProcessServerBuilder.forName(name)
              .intercept(new RequestGate())
              .addService(new PfsService(versions, _ -> false))
              .addService(new TransactionService(versions, _ -> false))
              .addService(new MetadataService(versions))
              .addService(new AdminService(versions, "installation"))
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).build();
    pfs = APIGrpc.newBlockingStub(channel);
    transactions = dev.trunkline.wire.transaction.APIGrpc.newBlockingStub(channel);
    metadata = dev.trunkline.wire.metadata.APIGrpc.newBlockingStub(channel);
  }

  static Repo repo(String name) {
    return Repo.newBuilder()
        .setProject(Project.newBuilder().setName("default"))
        .setName(name)
        .setType("user")
        .build();
  }

  static Branch branch(String repo, String name) {
    return Branch.newBuilder().setRepo(repo(repo)).setName(name).build();
  }

  /// A handle as the Go client sends it: `id` may be empty or an ancestry suffix.
  static Commit commit(String repo, String branch, String id) {
    return Commit.newBuilder()
        .setRepo(repo(repo))
        .setBranch(branch(repo, branch))
        .setId(id)
        .build();
  }

  static File file(Commit commit, String path) {
    return File.newBuilder().setCommit(commit).setPath(path).build();
  }

  void createRepo(String name) {
    var _ = pfs.createRepo(CreateRepoRequest.newBuilder().setRepo(repo(name)).build());
  }

  /// Makes a branch from others, written as `repo@branch`.
  void createBranch(String repo, String name, String... provenance) {
    var _ = pfs.createBranch(branchRequest(repo, name, provenance).build());
  }

  static CreateBranchRequest.Builder branchRequest(String repo, String name, String... provenance) {
    var request = CreateBranchRequest.newBuilder().setBranch(branch(repo, name));
    for (var source : provenance) {
      var parts = source.split("@", -1);
      request.addProvenance(branch(parts[0], parts[1]));
    }
    return request;
  }

  Commit start(String repo, String branch) {
    return pfs.startCommit(StartCommitRequest.newBuilder().setBranch(branch(repo, branch)).build());
  }

  /// Closes a commit and waits until it is finished.
  CommitInfo finish(Commit commit) {
    var _ = pfs.finishCommit(FinishCommitRequest.newBuilder().setCommit(commit).build());
    return await(commit);
  }

  CommitInfo await(Commit commit) {
    return pfs.inspectCommit(
        InspectCommitRequest.newBuilder().setCommit(commit).setWait(CommitState.FINISHED).build());
  }

  CommitInfo inspect(Commit commit) {
    return pfs.inspectCommit(InspectCommitRequest.newBuilder().setCommit(commit).build());
  }

  Commit head(String repo, String branch) {
    return pfs.inspectBranch(
            InspectBranchRequest.newBuilder().setBranch(branch(repo, branch)).build())
        .getHead();
  }

  List<CommitInfo> commits(String repo) {
    return list(
        APIGrpc.APIBlockingStub::listCommit,
        ListCommitRequest.newBuilder().setRepo(repo(repo)).build());
  }

  <Q, A> List<A> list(
      java.util.function.BiFunction<APIGrpc.APIBlockingStub, Q, java.util.Iterator<A>> call,
      Q request) {
    var all = new ArrayList<A>();
    call.apply(pfs, request).forEachRemaining(all::add);
    return all;
  }

  static ModifyFileRequest add(String path, String text) {
    return ModifyFileRequest.newBuilder()
        .setAddFile(
            AddFile.newBuilder().setPath(path).setRaw(BytesValue.of(ByteString.copyFromUtf8(text))))
        .build();
  }

  static ModifyFileRequest delete(String path) {
    return ModifyFileRequest.newBuilder()
        .setDeleteFile(DeleteFile.newBuilder().setPath(path))
        .build();
  }

  static ModifyFileRequest copy(File source, String to, boolean append) {
    return ModifyFileRequest.newBuilder()
        .setCopyFile(CopyFile.newBuilder().setSrc(source).setDst(to).setAppend(append))
        .build();
  }

  /// Sends one stream of edits to a commit.
  void modify(Commit commit, ModifyFileRequest... edits) {
    var all = new ArrayList<ModifyFileRequest>();
    all.add(ModifyFileRequest.newBuilder().setSetCommit(commit).build());
    all.addAll(Arrays.asList(edits));
    var _ = this.<ModifyFileRequest, Empty>send(APIGrpc.newStub(channel)::modifyFile, all);
  }

  void put(Commit commit, String path, String text) {
    modify(commit, add(path, text));
  }

  void put(String repo, String branch, String path, String text) {
    put(commit(repo, branch, ""), path, text);
  }

  /// Sends `requests` as one stream and returns the response, or throws what the server answered.
  <Q, A> A send(Function<StreamObserver<A>, StreamObserver<Q>> call, List<Q> requests) {
    var answer = new CompletableFuture<A>();
    var stream =
        call.apply(
            new StreamObserver<>() {
              @Override
              public void onNext(A response) {
                answer.complete(response);
              }

              @Override
              public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {}
            });
    requests.forEach(stream::onNext);
    stream.onCompleted();
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String get(Commit commit, String path) {
    return new String(bytes(commit, path, 0), java.nio.charset.StandardCharsets.UTF_8);
  }

  byte[] bytes(Commit commit, String path, long offset) {
    var request = GetFileRequest.newBuilder().setFile(file(commit, path)).setOffset(offset);
    var out = new ByteArrayOutputStream();
    pfs.getFile(request.build())
        .forEachRemaining(piece -> out.writeBytes(piece.getValue().toByteArray()));
    return out.toByteArray();
  }

  /// What a check of the whole store complains of.
  List<String> fsck() {
    var problems = new ArrayList<String>();
    pfs.fsck(FsckRequest.getDefaultInstance())
        .forEachRemaining(problem -> problems.add(problem.getError()));
    return problems;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    versions.close();
    database.close();
  }
}
