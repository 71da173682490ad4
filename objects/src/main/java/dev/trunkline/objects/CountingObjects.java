package dev.trunkline.objects;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/// Counts what is asked of a store.
public final class CountingObjects implements ObjectStore {
  private final ObjectStore store;
  private final AtomicLong puts = new AtomicLong();
  private final AtomicLong gets = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong read = new AtomicLong();

  /// Counts calls to `store`.
  public CountingObjects(ObjectStore store) {
    this.store = store;
  }

  /// How many objects have been put.
  public long puts() {
    return puts.get();
  }

  /// How often bytes have been read.
  public long gets() {
    return gets.get();
  }

  /// How many bytes have been put.
  public long written() {
    return written.get();
  }

  /// How many bytes have been read.
  public long read() {
    return read.get();
  }

  @Override
  public void put(String name, List<ByteBuffer> content) {
    puts.incrementAndGet();
    content.forEach(part -> written.addAndGet(part.remaining()));
    store.put(name, content);
  }

  @Override
  public byte[] get(String name, long offset, int length) {
    gets.incrementAndGet();
    read.addAndGet(length);
    return store.get(name, offset, length);
  }

  @Override
  public OptionalLong size(String name) {
    return store.size(name);
  }

  @Override
  public void delete(String name) {
    store.delete(name);
  }

  @Override
  public List<String> list(String prefix) {
    return store.list(prefix);
  }
}
