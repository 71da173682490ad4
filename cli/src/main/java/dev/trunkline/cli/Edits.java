package dev.trunkline.cli;

import com.google.protobuf.Empty;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An open stream of edits, never ahead of what the server takes.
final class Edits implements ClientResponseObserver<ModifyFileRequest, Empty>, AutoCloseable {
  /// How many bytes may wait for the transport: each time it is waited for costs a change of
  /// threads.
  private static final int AHEAD = 256 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable ClientCallStreamObserver<ModifyFileRequest> stream;
  private @Nullable Throwable failure;
  private boolean done;

  private Edits() {}

  static Edits open(Session session, Commit commit) {
    var edits = new Edits();
    session.pfsAsync().withOnReadyThreshold(AHEAD).modifyFile(edits);
    edits.send(ModifyFileRequest.newBuilder().setSetCommit(commit).build());
    return edits;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ModifyFileRequest> requests) {
    stream = requests;
    requests.setOnReadyHandler(this::wake);
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void send(ModifyFileRequest request) {
    var out = dev.trunkline.base.Check.present(stream, "the stream is open");
    await(() -> out.isReady());
    out.onNext(request);
  }

  /// Waits until the server has committed everything.
  void finish() {
    dev.trunkline.base.Check.present(stream, "the stream is open").onCompleted();
    await(() -> done);
  }

  private void await(java.util.function.BooleanSupplier condition) {
    lock.lock();
    try {
      while (failure == null && !condition.getAsBoolean()) {
        changed.await();
      }
      if (failure != null) {
        throw Status.fromThrowable(failure).asRuntimeException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onNext(Empty value) {}

  @Override
  public void onError(Throwable cause) {
    lock.lock();
    try {
      failure = cause;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onCompleted() {
    lock.lock();
    try {
      done = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (!done && failure == null && stream != null) {
      stream.cancel("given up", null);
    }
  }
}
