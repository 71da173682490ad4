package dev.trunkline.cli;

import java.util.Iterator;

/// The first messages of a stream. What comes behind them is not waited for.
final class First<T> implements Iterator<T> {
  private final Iterator<T> all;
  private long left;

  private First(Iterator<T> all, long most) {
    this.all = all;
    this.left = most;
  }

  /// At most so many; all where `most` is 0.
  static <T> Iterator<T> of(Iterator<T> all, long most) {
    return most <= 0 ? all : new First<>(all, most);
  }

  @Override
  public boolean hasNext() {
    return left > 0 && all.hasNext();
  }

  @Override
  public T next() {
    left--;
    return all.next();
  }
}
