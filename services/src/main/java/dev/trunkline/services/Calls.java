package dev.trunkline.services;

import com.google.protobuf.Empty;
import com.google.protobuf.MessageLite;
import dev.trunkline.base.Scope;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// How calls are answered: one response, or a stream of them with flow control.
final class Calls {
  private Calls() {}

  /// Answers with what `work` returns.
  static <T> void unary(StreamObserver<T> observer, Supplier<T> work) {
    T response;
    try {
      response = work.get();
    } catch (Throwable failure) {
      observer.onError(Statuses.of(failure));
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }

  /// Answers with what `work` returns once it has waited for it: on a thread of its own, told when
  /// the client has left.
  static <T> void waiting(StreamObserver<T> observer, Function<BooleanSupplier, T> work) {
    var call = (ServerCallStreamObserver<T>) observer;
    call.setOnCancelHandler(() -> {});
    Scope.detached("wait", () -> unary(observer, () -> work.apply(call::isCancelled)));
  }

  /// Answers with nothing once `work` is done.
  static void empty(StreamObserver<Empty> observer, Runnable work) {
    unary(
        observer,
        () -> {
          work.run();
          return Empty.getDefaultInstance();
        });
  }

  /// Answers with what `work` sends, never faster than the client reads. The work runs on a thread
  /// of its own, for the call's own thread must be free to hear that the client is ready or gone.
  static <T extends MessageLite> void stream(StreamObserver<T> observer, Consumer<Outlet<T>> work) {
    var outlet = new Outlet<>((ServerCallStreamObserver<T>) observer);
    Scope.detached(
        "answer",
        () -> {
          try {
            work.accept(outlet);
            observer.onCompleted();
          } catch (Throwable failure) {
            observer.onError(Statuses.of(failure));
          }
        });
  }

  /// Where the responses of a stream go.
  ///
  /// The transport is ready only while nothing waits to be sent, so that asking before every
  /// message would cost a change of threads for each. Once it is ready, [#BURST] bytes go out
  /// unasked: that much more a stream may hold in memory.
  static final class Outlet<T extends MessageLite> {
    private static final int BURST = 256 << 10;
    private static final int OVERHEAD = 64;

    private int credit;
    private final ServerCallStreamObserver<T> observer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    Outlet(ServerCallStreamObserver<T> observer) {
      this.observer = observer;
      observer.setOnReadyHandler(this::wake);
      observer.setOnCancelHandler(this::wake);
    }

    void wake() {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /// Whether the client has left.
    boolean left() {
      return observer.isCancelled();
    }

    /// Waits until the client can take more, then sends; throws where the client has left.
    void send(T response) {
      if (credit <= 0) {
        awaitReady();
        credit = BURST;
      }
      if (observer.isCancelled()) {
        throw new CancellationException("the client left");
      }
      credit -= response.getSerializedSize() + OVERHEAD;
      observer.onNext(response);
    }

    private void awaitReady() {
      lock.lock();
      try {
        while (!observer.isReady() && !observer.isCancelled()) {
          changed.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while sending");
      } finally {
        lock.unlock();
      }
    }
  }
}
