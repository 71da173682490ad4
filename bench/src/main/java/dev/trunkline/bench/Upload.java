package dev.trunkline.bench;

import com.google.protobuf.Empty;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// A stream of edits, sent as fast as the server takes them.
final class Upload implements ClientResponseObserver<ModifyFileRequest, Empty> {
  /// How many bytes may wait for the transport.
  private static final int AHEAD = 256 << 10;

  private final Iterator<ModifyFileRequest> requests;
  private @Nullable ClientCallStreamObserver<ModifyFileRequest> stream;
  private @Nullable Throwable failure;
  private boolean completed;
  private boolean done;

  private Upload(Iterator<ModifyFileRequest> requests) {
    this.requests = requests;
  }

  /// Sends everything, and returns when it is committed.
  static void send(APIGrpc.APIStub stub, Iterator<ModifyFileRequest> requests) {
    var upload = new Upload(requests);
    stub.withOnReadyThreshold(AHEAD).modifyFile(upload);
    upload.await();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ModifyFileRequest> requestStream) {
    stream = requestStream;
    requestStream.setOnReadyHandler(this::more);
  }

  /// Runs on the thread of the transport; hands it what it has room for.
  private void more() {
    var out = stream;
    while (out != null && !completed && out.isReady()) {
      if (requests.hasNext()) {
        out.onNext(requests.next());
      } else {
        completed = true;
        out.onCompleted();
      }
    }
  }

  private synchronized void await() {
    try {
      while (!done) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (failure != null) {
      throw Status.fromThrowable(failure).asRuntimeException();
    }
  }

  @Override
  public void onNext(Empty value) {}

  @Override
  public synchronized void onError(Throwable cause) {
    failure = cause;
    done = true;
    notifyAll();
  }

  @Override
  public synchronized void onCompleted() {
    done = true;
    notifyAll();
  }
}
