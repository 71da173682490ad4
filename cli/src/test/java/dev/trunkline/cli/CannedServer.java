package dev.trunkline.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.trunkline.wire.pfs.BranchInfo;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSet;
import dev.trunkline.wire.pfs.CommitSetInfo;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.DeleteRepoResponse;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.DiffFileResponse;
import dev.trunkline.wire.pfs.DropCommitSetRequest;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FileType;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.InspectFileRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ListBranchRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.ListCommitSetRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.ListProjectRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.ProjectInfo;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoInfo;
import dev.trunkline.wire.pfs.SquashCommitSetRequest;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.pfs.WalkCommitProvenanceRequest;
import dev.trunkline.wire.version.Version;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A server that knows one repo `iris` and the pipeline of [CannedPipelines], and remembers what it
/// was sent.
final class CannedServer implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final String ID = "d804137d942a4916864b803fe3f0be0f";
  static final String LATER = "0f0eb3ef308b46619a419d247d317408";

  /// A set that goes on from a commit of [#LATER] that failed.
  static final String AFTER_A_FAILURE = "5b3c9d02a1f84e6cb7d02f6c1e94aa10";

  private static final long PART = 4600;

  private final List<ModifyFileRequest> edits = Collections.synchronizedList(new ArrayList<>());
  private final List<Message> asked = Collections.synchronizedList(new ArrayList<>());
  private final CannedPipelines pipelines = new CannedPipelines();
  private final Server server;

  CannedServer() {
    server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .service(
                GrpcService.builder()
                    .addServices(new Files(), new Versions(), pipelines, pipelines.own())
                    .supportedSerializationFormats(
                        GrpcSerializationFormats.PROTO, GrpcSerializationFormats.PROTO_WEB)
                    .build())
            .build();
    server.start().join();
  }

  String address() {
    return "127.0.0.1:" + server.activeLocalPort();
  }

  /// The edits of every upload so far, in order.
  List<ModifyFileRequest> edits() {
    return List.copyOf(edits);
  }

  /// The jobs that were stopped, in order.
  List<String> stopped() {
    return pipelines.stopped();
  }

  /// The requests about commits so far, in order.
  List<Message> asked() {
    return List.copyOf(asked);
  }

  /// The spec of the last pipeline that was sent.
  String spec() {
    return pipelines.spec();
  }

  /// Stops; nobody waits for the two seconds in which it looks out for more.
  @Override
  public void close() {
    var _ = server.stop();
  }

  static Timestamp ago(long seconds) {
    return Timestamp.newBuilder().setSeconds(NOW.getEpochSecond() - seconds).build();
  }

  static Repo repo(String name) {
    return Repo.newBuilder()
        .setName(name)
        .setType("user")
        .setProject(Project.newBuilder().setName("default"))
        .build();
  }

  static Commit commit(String repo, String id) {
    return Commit.newBuilder().setRepo(repo(repo)).setId(id).build();
  }

  private static CommitInfo first() {
    return CommitInfo.newBuilder()
        .setCommit(commit("iris", ID))
        .setStarted(ago(26))
        .setFinishing(ago(26))
        .setFinished(ago(26))
        .setSizeBytesUpperBound(PART)
        .setDetails(CommitInfo.Details.newBuilder().setSizeBytes(PART))
        .build();
  }

  private static CommitInfo second() {
    return first().toBuilder()
        .setCommit(commit("iris", LATER))
        .setParentCommit(commit("iris", ID))
        .setStarted(ago(7))
        .clearFinished()
        .setDescription("more")
        .build();
  }

  /// A commit that the pipeline wrote, from `sources`.
  private static CommitInfo.Builder output(String id, Commit... sources) {
    return first().toBuilder()
        .setCommit(commit("iris_classifier", id))
        .addAllDirectProvenance(List.of(sources));
  }

  /// The commit that a pipeline could not write, from that of `iris` and a later one of `other`.
  private static CommitInfo failed() {
    return output(LATER, commit("iris", ID), commit("other", LATER))
        .setError("datum failed")
        .build();
  }

  private static CommitInfo other() {
    return first().toBuilder().setCommit(commit("other", LATER)).build();
  }

  @SafeVarargs
  static <T> void answer(StreamObserver<T> out, T... all) {
    for (var one : all) {
      out.onNext(one);
    }
    out.onCompleted();
  }

  private static final class Versions extends dev.trunkline.wire.version.APIGrpc.APIImplBase {
    @Override
    public void getVersion(Empty request, StreamObserver<Version> out) {
      answer(out, Version.newBuilder().setMajor(2).setMinor(12).setMicro(2).build());
    }
  }

  private final class Files extends dev.trunkline.wire.pfs.APIGrpc.APIImplBase {
    private final RepoInfo iris =
        RepoInfo.newBuilder()
            .setRepo(repo("iris"))
            .setCreated(ago(120))
            .setSizeBytesUpperBound(PART)
            .setDescription("flowers")
            .setDetails(RepoInfo.Details.newBuilder().setSizeBytes(PART))
            .build();

    @Override
    public void createRepo(CreateRepoRequest request, StreamObserver<Empty> out) {
      if (request.getRepo().getName().equals("iris")) {
        out.onError(
            Status.ALREADY_EXISTS
                .withDescription("cannot create \"iris\" as it already exists")
                .asRuntimeException());
      } else {
        answer(out, Empty.getDefaultInstance());
      }
    }

    @Override
    public void deleteRepo(DeleteRepoRequest request, StreamObserver<DeleteRepoResponse> out) {
      boolean known = request.getRepo().getName().equals("iris");
      answer(out, DeleteRepoResponse.newBuilder().setDeleted(known).build());
    }

    @Override
    public void squashCommitSet(SquashCommitSetRequest request, StreamObserver<Empty> out) {
      answer(out, Empty.getDefaultInstance());
    }

    @Override
    public void dropCommitSet(DropCommitSetRequest request, StreamObserver<Empty> out) {
      answer(out, Empty.getDefaultInstance());
    }

    /// Its head is not finished, and has no size yet.
    private RepoInfo busy() {
      var busy = iris.toBuilder().setRepo(repo("busy")).clearDetails().clearSizeBytesUpperBound();
      busy.addBranchesBuilder().setName("master").setRepo(repo("busy"));
      return busy.build();
    }

    @Override
    public void listRepo(ListRepoRequest request, StreamObserver<RepoInfo> out) {
      if (request.getProjectsList().contains(Project.newBuilder().setName("busy").build())) {
        answer(out, busy());
        return;
      }
      var output = iris.toBuilder().setRepo(repo("iris_classifier")).setCreated(ago(34));
      answer(out, iris, output.clearDescription().setSizeBytesUpperBound(1298).build());
    }

    @Override
    public void inspectRepo(InspectRepoRequest request, StreamObserver<RepoInfo> out) {
      if (request.getRepo().getName().equals("iris")) {
        answer(out, iris);
      } else if (request.getRepo().getName().equals("busy")) {
        answer(out, busy());
      } else {
        out.onError(
            Status.NOT_FOUND
                .withDescription("repo default/" + request.getRepo().getName() + " not found")
                .asRuntimeException());
      }
    }

    @Override
    public void listProject(ListProjectRequest request, StreamObserver<ProjectInfo> out) {
      answer(
          out,
          ProjectInfo.newBuilder()
              .setProject(Project.newBuilder().setName("default"))
              .setCreatedAt(ago(86400))
              .build());
    }

    @Override
    public void listBranch(ListBranchRequest request, StreamObserver<BranchInfo> out) {
      var master = BranchInfo.newBuilder().setHead(commit("iris", ID)).setCreatedAt(ago(120));
      master.getBranchBuilder().setName("master").setRepo(repo("iris"));
      var empty = BranchInfo.newBuilder().setCreatedAt(ago(60));
      empty.getBranchBuilder().setName("develop").setRepo(repo("iris"));
      empty.getTriggerBuilder().setBranch("master").setSize("1M");
      answer(out, empty.build(), master.build());
    }

    @Override
    public void listCommit(ListCommitRequest request, StreamObserver<CommitInfo> out) {
      asked.add(request);
      var user = dev.trunkline.wire.pfs.CommitOrigin.newBuilder().setKind(OriginKind.USER);
      var second = second().toBuilder().setOrigin(user).build();
      var first = first().toBuilder().setOrigin(user);
      if (request.getRepo().getName().isEmpty()) {
        var elsewhere = first.build().toBuilder();
        elsewhere.getCommitBuilder().getRepoBuilder().getProjectBuilder().setName("elsewhere");
        answer(out, elsewhere.build(), second, first.build());
      } else {
        answer(out, second, first.build());
      }
    }

    @Override
    public void listCommitSet(ListCommitSetRequest request, StreamObserver<CommitSetInfo> out) {
      answer(out, set(second()), set(first()));
    }

    private CommitSetInfo set(CommitInfo commit) {
      return CommitSetInfo.newBuilder()
          .setCommitSet(CommitSet.newBuilder().setId(commit.getCommit().getId()))
          .addCommits(commit)
          .build();
    }

    @Override
    public void startCommit(StartCommitRequest request, StreamObserver<Commit> out) {
      asked.add(request);
      answer(out, commit("iris", LATER));
    }

    /// The commit with the id [#LATER] came from two others, the second of them by way of the
    /// first.
    @Override
    public void walkCommitProvenance(
        WalkCommitProvenanceRequest request, StreamObserver<CommitInfo> out) {
      asked.add(request);
      answer(out, first(), first().toBuilder().setCommit(commit("flowers", ID)).build());
    }

    @Override
    public void inspectCommit(InspectCommitRequest request, StreamObserver<CommitInfo> out) {
      asked.add(request);
      boolean later = request.getCommit().getId().equals(LATER);
      boolean waited = request.getWait() == CommitState.FINISHED;
      answer(
          out,
          switch (request.getCommit().getRepo().getName()) {
            case "other" -> other();
            case "iris_classifier" -> later ? failed() : output(ID, commit("iris", ID)).build();
            case "open" -> first().toBuilder().clearFinishing().clearFinished().build();
            case "finishing" -> waited ? first() : first().toBuilder().clearFinished().build();
            case "broken" -> first().toBuilder().setError("two files").build();
            default ->
                later
                    ? second().toBuilder().addDirectProvenance(commit("iris", ID)).build()
                    : first();
          });
    }

    @Override
    public void inspectCommitSet(InspectCommitSetRequest request, StreamObserver<CommitInfo> out) {
      if (request.getCommitSet().getId().equals("unknown")) {
        out.onError(
            Status.NOT_FOUND
                .withDescription("no commits found for commitset unknown")
                .asRuntimeException());
        return;
      }
      if (request.getCommitSet().getId().equals(AFTER_A_FAILURE)) {
        answer(out, failed(), output(AFTER_A_FAILURE, commit("iris", LATER)).build());
        return;
      }
      if (request.getCommitSet().getId().equals(LATER)) {
        answer(out, other(), failed());
        return;
      }
      answer(out, first(), output(ID, commit("iris", ID)).build());
    }

    @Override
    public void listFile(ListFileRequest request, StreamObserver<FileInfo> out) {
      boolean root = request.getFile().getPath().isEmpty();
      if (request.getFile().getPath().equals("/none")) {
        answer(out);
        return;
      }
      answer(
          out,
          root ? file("/raw/", FileType.DIR, PART) : file("/raw/iris_1.csv", FileType.FILE, PART));
    }

    @Override
    public void inspectFile(InspectFileRequest request, StreamObserver<FileInfo> out) {
      answer(out, file("/raw/", FileType.DIR, PART));
    }

    @Override
    public void diffFile(DiffFileRequest request, StreamObserver<DiffFileResponse> out) {
      var fresh = DiffFileResponse.newBuilder().setNewFile(file("/raw/b", FileType.FILE, 2));
      var root = DiffFileResponse.newBuilder().setNewFile(file("/", FileType.DIR, 3));
      answer(out, root.setOldFile(file("/", FileType.DIR, 1)).build(), fresh.build());
    }

    @Override
    public void getFile(GetFileRequest request, StreamObserver<BytesValue> out) {
      if (request.getFile().getCommit().getRepo().getName().equals("small")) {
        answer(out, BytesValue.of(ByteString.copyFromUtf8("small")));
        return;
      }
      out.onError(
          Status.UNKNOWN
              .withDescription("cannot get directory or non-regular file. Use GetFileTAR instead")
              .asRuntimeException());
    }

    @Override
    public void deleteAll(Empty request, StreamObserver<Empty> out) {
      edits.clear();
      answer(out, request);
    }

    private FileInfo file(String path, FileType type, long size) {
      var file = File.newBuilder().setCommit(commit("iris", ID)).setPath(path);
      return FileInfo.newBuilder().setFile(file).setFileType(type).setSizeBytes(size).build();
    }

    @Override
    public StreamObserver<ModifyFileRequest> modifyFile(StreamObserver<Empty> out) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ModifyFileRequest request) {
          edits.add(request);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          answer(out, Empty.getDefaultInstance());
        }
      };
    }
  }
}
