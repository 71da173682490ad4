package dev.trunkline.e2e;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.Repo;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A client of the wire that streams what is too much for a command line: nothing is held but the
/// message on its way.
final class Client implements AutoCloseable {
  private static final int MESSAGE_MAX = 20 << 20;

  private final ManagedChannel channel;
  private final APIGrpc.APIBlockingStub pfs;

  Client(int port) {
    channel =
        OkHttpChannelBuilder.forAddress("127.0.0.1", port, InsecureChannelCredentials.create())
            .maxInboundMessageSize(MESSAGE_MAX)
            .build();
    pfs = APIGrpc.newBlockingStub(channel);
  }

  private static Repo repo(String name) {
    return Repo.newBuilder()
        .setName(name)
        .setType("user")
        .setProject(Project.newBuilder().setName("default"))
        .build();
  }

  private static Commit head(String repo) {
    var branch = Branch.newBuilder().setRepo(repo(repo)).setName("master");
    return Commit.newBuilder().setRepo(repo(repo)).setBranch(branch).build();
  }

  private static File file(String repo, String path) {
    return File.newBuilder().setCommit(head(repo)).setPath(path).build();
  }

  void createRepo(String name) {
    pfs.createRepo(CreateRepoRequest.newBuilder().setRepo(repo(name)).build());
  }

  /// One message of a stream: bytes at the end of a file.
  static ModifyFileRequest append(String path, byte[] bytes) {
    var raw = BytesValue.of(ByteString.copyFrom(bytes));
    return ModifyFileRequest.newBuilder()
        .setAddFile(AddFile.newBuilder().setPath(path).setRaw(raw))
        .build();
  }

  /// Writes one commit to `master` of `repo`, as fast as the server takes it, and waits until it is
  /// finished.
  void put(String repo, Stream<ModifyFileRequest> edits) throws InterruptedException {
    var first = ModifyFileRequest.newBuilder().setSetCommit(head(repo)).build();
    var upload = new Upload(Stream.concat(Stream.of(first), edits).iterator());
    APIGrpc.newStub(channel).modifyFile(upload);
    upload.await();
    var _ =
        pfs.inspectCommit(
            InspectCommitRequest.newBuilder()
                .setCommit(head(repo))
                .setWait(CommitState.FINISHED)
                .build());
  }

  Iterator<FileInfo> list(String repo, String path) {
    return pfs.listFile(ListFileRequest.newBuilder().setFile(file(repo, path)).build());
  }

  Iterator<BytesValue> get(String repo, String path) {
    return pfs.getFile(GetFileRequest.newBuilder().setFile(file(repo, path)).build());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /// Sends a message whenever the transport has room for one.
  private static final class Upload implements ClientResponseObserver<ModifyFileRequest, Empty> {
    private final CountDownLatch done = new CountDownLatch(1);
    private final Iterator<ModifyFileRequest> requests;
    private volatile @Nullable Throwable failure;
    private boolean completed;

    Upload(Iterator<ModifyFileRequest> requests) {
      this.requests = requests;
    }

    void await() throws InterruptedException {
      done.await();
      if (failure != null) {
        throw new AssertionError("the put failed: " + failure, failure);
      }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ModifyFileRequest> out) {
      out.setOnReadyHandler(() -> more(out));
    }

    private void more(ClientCallStreamObserver<ModifyFileRequest> out) {
      while (!completed && out.isReady()) {
        if (requests.hasNext()) {
          out.onNext(requests.next());
        } else {
          completed = true;
          out.onCompleted();
        }
      }
    }

    @Override
    public void onNext(Empty answer) {}

    @Override
    public void onError(Throwable cause) {
      failure = cause;
      done.countDown();
    }

    @Override
    public void onCompleted() {
      done.countDown();
    }
  }
}
