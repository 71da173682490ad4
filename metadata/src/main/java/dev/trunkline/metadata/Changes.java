package dev.trunkline.metadata;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes those who wait for a structural transaction. Being woken means only: look again.
public final class Changes {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long version;

  Changes() {}

  /// A number that grows with every change: take it before you look, and wait for more than it.
  public long version() {
    lock.lock();
    try {
      return version;
    } finally {
      lock.unlock();
    }
  }

  /// Wakes everybody who waits.
  public void signal() {
    lock.lock();
    try {
      version++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Returns when something changed after `seen` was read, or after `limit`.
  public void await(long seen, Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (version <= seen && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// The longest wait without a look, for changes that other processes made.
  public static final Duration LONGEST = Duration.ofNanos(TimeUnit.SECONDS.toNanos(5));
}
