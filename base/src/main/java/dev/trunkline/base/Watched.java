package dev.trunkline.base;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Work of others' making that may never end and cannot be interrupted: it gets a thread of its own
/// and a time limit. A thread whose limit has passed is left behind, so few may be.
public final class Watched {
  private static final int MOST_LEFT_BEHIND = 4;
  private static final AtomicInteger LEFT_BEHIND = new AtomicInteger();

  private Watched() {}

  /// The result of `work`; a Failure of kind TIMEOUT after `limit`, or at once where too many
  /// earlier ones still run. A stack that overflows counts as work without end.
  public static <T> T call(String what, Duration limit, Callable<T> work) {
    if (LEFT_BEHIND.get() >= MOST_LEFT_BEHIND) {
      throw new Failure(
          Failure.Kind.TIMEOUT, what + " was not tried: too many before it have not ended yet");
    }
    var task = new FutureTask<>(work);
    var thread = Thread.ofPlatform().daemon().name(what).start(task);
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      leaveBehind(thread);
      throw new Failure(Failure.Kind.TIMEOUT, what + " did not end within " + limit, e);
    } catch (ExecutionException e) {
      throw failed(what, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      leaveBehind(thread);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for " + what);
    }
  }

  private static void leaveBehind(Thread thread) {
    LEFT_BEHIND.incrementAndGet();
    thread.interrupt();
    Scope.detached(
        "left-behind",
        () -> {
          try {
            thread.join();
            LEFT_BEHIND.decrementAndGet();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static RuntimeException failed(String what, Throwable cause) {
    return switch (cause) {
      case StackOverflowError e ->
          new Failure(Failure.Kind.TIMEOUT, what + " calls itself without end", e);
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(cause);
    };
  }
}
