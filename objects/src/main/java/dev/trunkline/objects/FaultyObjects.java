package dev.trunkline.objects;

import dev.trunkline.base.Failure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/// Cuts the world at a chosen write: that one and every later call fails, as if the process had
/// died.
///
/// For crash tests: run once to count the writes, then once for each of them.
public final class FaultyObjects implements ObjectStore {
  private final ObjectStore store;
  private final long cutAt;
  private final AtomicLong writes = new AtomicLong();

  /// Lets `cutAt` writes through to `store`; a negative number means all of them.
  public FaultyObjects(ObjectStore store, long cutAt) {
    this.store = store;
    this.cutAt = cutAt;
  }

  /// How many writes have been asked for.
  public long writes() {
    return writes.get();
  }

  private void count() {
    if (writes.getAndIncrement() >= cutAt && cutAt >= 0) {
      throw cut();
    }
  }

  private void check() {
    if (cutAt >= 0 && writes.get() > cutAt) {
      throw cut();
    }
  }

  private static Failure cut() {
    return new Failure(Failure.Kind.UNAVAILABLE, "the world was cut here");
  }

  @Override
  public void put(String name, List<ByteBuffer> content) {
    count();
    store.put(name, content);
  }

  @Override
  public byte[] get(String name, long offset, int length) {
    check();
    return store.get(name, offset, length);
  }

  @Override
  public OptionalLong size(String name) {
    check();
    return store.size(name);
  }

  @Override
  public void delete(String name) {
    count();
    store.delete(name);
  }

  @Override
  public List<String> list(String prefix) {
    check();
    return store.list(prefix);
  }
}
