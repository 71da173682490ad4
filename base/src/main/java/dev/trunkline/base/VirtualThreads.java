package dev.trunkline.base;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/// A virtual thread for each task, so that nothing idle is kept on the heap, and a few threads for
/// what is to run later. Of the tasks so many run at a time; the rest wait for one to end.
final class VirtualThreads extends ScheduledThreadPoolExecutor {
  private static final int TIMERS = 1;

  private final ExecutorService threads;
  private final Semaphore running;

  /// Runs `most` tasks at a time on threads of `factory`.
  VirtualThreads(ThreadFactory factory, int most) {
    super(TIMERS, factory);
    threads = Executors.newThreadPerTaskExecutor(factory);
    running = new Semaphore(most);
  }

  @Override
  public void execute(Runnable task) {
    if (isShutdown()) {
      throw new RejectedExecutionException("no more tasks are taken");
    }
    threads.execute(() -> {
      running.acquireUninterruptibly();
      try {
        task.run();
      } finally {
        running.release();
      }
    });
  }

  private <T> Future<T> start(FutureTask<T> task) {
    execute(task);
    return task;
  }

  @Override
  public <T> Future<T> submit(Callable<T> task) {
    return start(new FutureTask<>(task));
  }

  @Override
  public Future<?> submit(Runnable task) {
    return start(new FutureTask<>(task, true));
  }

  @Override
  public <T> Future<T> submit(Runnable task, T result) {
    return start(new FutureTask<>(task, result));
  }

  @Override
  public void shutdown() {
    super.shutdown();
    threads.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    threads.shutdownNow();
    return super.shutdownNow();
  }
}
