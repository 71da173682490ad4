package dev.trunkline.base;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Results of work that other threads do meanwhile, handed on in the order in which it was begun.
///
/// One thread at a time uses it.
public final class InOrder<T> {
  private final Deque<Begun<T>> begun = new ArrayDeque<>();
  private final long most;
  private final Consumer<? super T> sink;
  private long bytes;

  /// Hands results to `sink`, of which the oldest is waited for where the work under way is about
  /// more than `most` bytes.
  public InOrder(long most, Consumer<? super T> sink) {
    this.most = most;
    this.sink = sink;
  }

  /// Adds the `result` of work about `size` bytes, which waits until it is there.
  public void add(long size, Supplier<? extends T> result) {
    begun.add(new Begun<>(size, result));
    bytes += size;
    while (bytes > most) {
      next();
    }
  }

  /// Hands on everything that was added.
  public void drain() {
    while (!begun.isEmpty()) {
      next();
    }
  }

  private void next() {
    var oldest = begun.remove();
    bytes -= oldest.size;
    sink.accept(oldest.result.get());
  }

  private record Begun<T>(long size, Supplier<? extends T> result) {}
}
