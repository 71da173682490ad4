package dev.trunkline.cli;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

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

  /// At most so many of those that are wanted.
  static <T> Iterator<T> of(Iterator<T> all, Predicate<T> wanted, long most) {
    var stream =
        StreamSupport.stream(Spliterators.spliteratorUnknownSize(all, Spliterator.ORDERED), false);
    return of(stream.filter(wanted).iterator(), most);
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
