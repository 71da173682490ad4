package dev.trunkline.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Empty;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.ClearCommitRequest;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import dev.trunkline.wire.pfs.RepoInfo;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;

/// A small service of every shape: unary, upload and download.
final class EchoService extends APIGrpc.APIImplBase {
  private final CountDownLatch calls;

  /// Answers InspectRepo only when so many calls have come in.
  EchoService(int calls) {
    this.calls = new CountDownLatch(calls);
  }

  @Override
  public void inspectRepo(InspectRepoRequest request, StreamObserver<RepoInfo> out) {
    calls.countDown();
    try {
      calls.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    out.onNext(RepoInfo.newBuilder().setRepo(request.getRepo()).build());
    out.onCompleted();
  }

  /// Sends as many bytes as the offset says, in one message, twice.
  @Override
  public void getFile(GetFileRequest request, StreamObserver<BytesValue> out) {
    var message = BytesValue.of(ByteString.copyFrom(new byte[(int) request.getOffset()]));
    out.onNext(message);
    out.onNext(message);
    out.onCompleted();
  }

  @Override
  public StreamObserver<ModifyFileRequest> modifyFile(StreamObserver<Empty> out) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ModifyFileRequest request) {}

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        out.onNext(Empty.getDefaultInstance());
        out.onCompleted();
      }
    };
  }

  @Override
  public void clearCommit(ClearCommitRequest request, StreamObserver<Empty> out) {
    throw new IllegalStateException("an inner matter");
  }
}
