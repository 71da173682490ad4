package dev.trunkline.base;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Tasks on virtual threads that end together: leaving the scope waits for all of them, and the
/// first failure cancels the rest and is thrown again from [#join].
///
/// One thread opens, forks, joins and closes; the tasks may block freely.
public final class Scope implements AutoCloseable {
  private final ExecutorService executor;
  private final List<Future<?>> tasks = new ArrayList<>();

  private Scope(String name) {
    executor = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
  }

  /// Opens a scope; `name` starts the names of its threads.
  public static Scope open(String name) {
    return new Scope(name);
  }

  /// Starts a task that nobody waits for, such as the answering of a request.
  public static void detached(String name, Runnable task) {
    Thread.ofVirtual().name(name).start(task);
  }

  /// Starts `task` on a virtual thread of its own.
  public <T> Task<T> fork(Callable<T> task) {
    var future = executor.submit(task);
    tasks.add(future);
    return new Task<>(future);
  }

  /// Starts `task` on a virtual thread of its own.
  public void run(Runnable task) {
    tasks.add(executor.submit(task));
  }

  /// Waits for every task in the order in which they were forked; the first that failed is
  /// rethrown.
  public void join() {
    for (var task : tasks) {
      new Task<>(task).get();
    }
    tasks.clear();
  }

  /// Interrupts what still runs and waits until it has ended.
  @Override
  public void close() {
    for (var task : tasks) {
      task.cancel(true);
    }
    executor.shutdownNow();
    executor.close();
  }

  /// A running task of a [Scope] or a [Pool].
  public static final class Task<T> {
    private final Future<T> future;

    Task(Future<T> future) {
      this.future = future;
    }

    /// Waits for the result; an unchecked failure of the task is rethrown as it was.
    public T get() {
      try {
        return future.get();
      } catch (ExecutionException e) {
        throw rethrown(e.getCause() == null ? e : e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for a task");
      }
    }

    /// Asks the task to stop.
    public void cancel() {
      future.cancel(true);
    }

    /// Whether the task has ended, well or not.
    public boolean isDone() {
      return future.isDone();
    }

    private static RuntimeException rethrown(Throwable cause) {
      if (cause instanceof RuntimeException unchecked) {
        return unchecked;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      return new IllegalStateException(cause);
    }
  }
}
