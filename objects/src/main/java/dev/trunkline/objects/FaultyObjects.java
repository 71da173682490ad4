package dev.trunkline.objects;

import dev.trunkline.base.Failure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Cuts the world at a chosen write: that one and every later call fails, as if the process had
/// died.
///
/// For crash tests: run once to count the writes, then once for each of them and each [Cut]. The
/// store underneath is what the next process finds. A `put` is durable when it returns, so nothing
/// earlier can be lost here; what a disk may forget is the matter of `LocalFolderCrashTest`.
public final class FaultyObjects implements ObjectStore {
  private final ObjectStore store;
  private final long cutAt;
  private final Cut cut;
  private final AtomicLong writes = new AtomicLong();
  private final AtomicBoolean dead = new AtomicBoolean();

  /// Lets `cutAt` writes through to `store`, all of them where it is negative, and does to the next
  /// one what `cut` says.
  public FaultyObjects(ObjectStore store, long cutAt, Cut cut) {
    this.store = store;
    this.cutAt = cutAt;
    this.cut = cut;
  }

  /// How many writes have been asked for.
  public long writes() {
    return writes.get();
  }

  /// Whether this write is the one to cut.
  private boolean isLast() {
    check();
    boolean last = writes.getAndIncrement() == cutAt;
    if (last) {
      dead.set(true);
    }
    return last;
  }

  private void check() {
    if (dead.get()) {
      throw new Failure(Failure.Kind.UNAVAILABLE, "the world was cut here");
    }
  }

  @Override
  public void put(String name, List<ByteBuffer> content) {
    if (!isLast()) {
      store.put(name, content);
      return;
    }
    switch (cut) {
      case BEFORE -> {}
      case TORN -> store.put(name, half(content));
      case AFTER -> store.put(name, content);
    }
    check();
  }

  /// The first half of the bytes, and as many zeros as a file system shows for blocks that were
  /// never written.
  private static List<ByteBuffer> half(List<ByteBuffer> content) {
    int size = content.stream().mapToInt(ByteBuffer::remaining).sum();
    var torn = ByteBuffer.allocate(size);
    for (var part : content) {
      torn.put(part.duplicate().limit(part.position() + part.remaining() / 2));
    }
    return List.of(torn.rewind());
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
    if (!isLast()) {
      store.delete(name);
      return;
    }
    if (cut == Cut.AFTER) {
      store.delete(name);
    }
    check();
  }

  @Override
  public List<String> list(String prefix) {
    check();
    return store.list(prefix);
  }

  /// What becomes of the write at which the world is cut; its caller learns of none of them.
  public enum Cut {
    /// Nothing of it happened.
    BEFORE,
    /// Part of it is there under its name: what a store that breaks its promise would leave.
    TORN,
    /// All of it happened.
    AFTER
  }
}
