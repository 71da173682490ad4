package dev.trunkline.base;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/// A fixed number of platform threads, for work that pins a virtual thread: file I/O, JDBC into
/// SQLite, hashing, and spawning of processes.
public final class Pool implements AutoCloseable {
  private final ExecutorService executor;

  private Pool(ExecutorService executor) {
    this.executor = executor;
  }

  /// A pool of `threads` daemon threads that live as long as the pool.
  public static Pool of(String name, int threads) {
    var made = new AtomicInteger();
    return new Pool(
        Executors.newFixedThreadPool(
            threads,
            work ->
                Thread.ofPlatform()
                    .daemon()
                    .name(name + "-" + made.getAndIncrement())
                    .unstarted(work)));
  }

  /// An executor for a library that wants one: a virtual thread for each task, of which `most` run
  /// at a time.
  public static ScheduledExecutorService virtual(String name, int most) {
    return new VirtualThreads(Thread.ofVirtual().name(name + "-", 0).factory(), most);
  }

  /// Runs `work` on a thread of the pool and waits for its result.
  public <T> T call(Callable<T> work) {
    return submit(work).get();
  }

  /// Starts `work` on a thread of the pool.
  public <T> Scope.Task<T> submit(Callable<T> work) {
    return new Scope.Task<>(executor.submit(work));
  }

  /// Waits for the work that was handed in, then ends the threads.
  @Override
  public void close() {
    executor.close();
  }
}
