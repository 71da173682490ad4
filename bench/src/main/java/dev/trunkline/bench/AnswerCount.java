package dev.trunkline.bench;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Counts the answers of a stream, on the thread of the transport so that the client costs little.
final class AnswerCount<T> implements StreamObserver<T> {
  private final CountDownLatch ended = new CountDownLatch(1);
  private long count;
  private @Nullable Throwable failure;

  private AnswerCount() {}

  /// Makes the call, and waits for its end.
  static <T> long of(Consumer<StreamObserver<T>> call) {
    var answers = new AnswerCount<T>();
    call.accept(answers);
    return answers.await();
  }

  private long await() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (failure != null) {
      throw Status.fromThrowable(failure).asRuntimeException();
    }
    return count;
  }

  @Override
  public void onNext(T answer) {
    count++;
  }

  @Override
  public void onError(Throwable cause) {
    failure = cause;
    ended.countDown();
  }

  @Override
  public void onCompleted() {
    ended.countDown();
  }
}
