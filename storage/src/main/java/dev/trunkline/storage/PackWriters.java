package dev.trunkline.storage;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import dev.trunkline.base.Pool;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Ref;
import dev.trunkline.objects.ObjectStore;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The packs that all uploads of the process fill together, within one budget of memory.
///
/// 1. Every kind of record has one open pack. A pack that is full is written by a thread of its own
///    while the next is filled.
/// 2. Whoever finds the budget used up waits for a pack that is being written; where there is none,
///    the largest open pack is written as it is. So memory always comes back, whatever streams are
///    idle.
/// 3. An upload that ends seals the open packs it has records in, and with them whatever others put
///    there. While such a pack is being written, uploads that end gather in the next one (group
///    commit).
/// 4. A pack that was written for uploads of which none was published is removed again: a disk that
///    was too small for them has its room back.
final class PackWriters implements AutoCloseable {
  /// The budget in bytes, for heaps that are large; small ones get a quarter of their size.
  static final long BUDGET = 64 << 20;

  private static final int WRITERS = 2;

  private final ObjectStore objects;
  private final long session;
  private final Segments segments;
  private final Pool pool = Pool.of("pack-writer", WRITERS);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final Map<RecordKind, Pack> open = new EnumMap<>(RecordKind.class);
  private final Set<RecordKind> closing = EnumSet.noneOf(RecordKind.class);
  private final Map<Integer, Pack> inMemory = new ConcurrentHashMap<>();
  private int numbers;
  private int writing;
  private long endings;

  /// Writes packs of `session` to `objects`, with at most `budget` bytes in memory.
  PackWriters(ObjectStore objects, long session, long budget) {
    this.objects = objects;
    this.session = session;
    this.segments = new Segments(budget);
  }

  /// The budget that suits the heap of this process.
  static long defaultBudget() {
    return Math.min(BUDGET, Runtime.getRuntime().maxMemory() / 4);
  }

  /// Appends a record on behalf of `upload`; returns at once unless memory is short.
  Ref append(Upload upload, RecordKind kind, Hash hash, Encoded record) {
    lock.lock();
    try {
      var pack = roomFor(kind, record.stored().length);
      var ref = pack.append(hash, record.codec(), record.stored(), record.length());
      pack.users().add(upload);
      upload.packs().add(pack);
      if (pack.size() >= Pack.FULL) {
        write(pack, false);
      }
      return ref;
    } finally {
      lock.unlock();
    }
  }

  private Pack roomFor(RecordKind kind, int bytes) {
    while (true) {
      var pack = open.computeIfAbsent(kind, this::next);
      while (pack.missing(bytes) > 0) {
        var segment = segments.take();
        if (segment == null) {
          break;
        }
        pack.add(segment);
      }
      if (pack.missing(bytes) == 0) {
        return pack;
      }
      if (!freeSome()) {
        while (pack.missing(bytes) > 0) {
          pack.add(segments.force());
        }
        return pack;
      }
    }
  }

  private Pack next(RecordKind kind) {
    var pack = new Pack(new PackId(session, ++numbers), kind);
    inMemory.put(pack.id().number(), pack);
    return pack;
  }

  /// Waits until memory comes back; false where nothing holds any.
  private boolean freeSome() {
    if (writing == 0) {
      var largest =
          open.values().stream()
              .filter(pack -> !pack.isEmpty())
              .max(Comparator.comparingLong(Pack::size));
      if (largest.isEmpty()) {
        return false;
      }
      write(largest.get(), false);
    }
    long seen = endings;
    while (seen == endings) {
      ended.awaitUninterruptibly();
    }
    return true;
  }

  /// Begins to write a pack; `close` says that an upload which ends waits for it.
  private void write(Pack pack, boolean close) {
    open.remove(pack.kind());
    var parts = pack.seal();
    try {
      var _ = pool.submit(() -> put(pack, parts, close));
    } catch (RejectedExecutionException e) {
      var closed = closed(e);
      segments.give(pack.fail(closed));
      throw closed;
    }
    writing++;
    if (close) {
      closing.add(pack.kind());
    }
  }

  /// What to throw where a thread was wanted after the end.
  static Failure closed(RejectedExecutionException e) {
    return new Failure(Failure.Kind.UNAVAILABLE, "the store is closed: start the server again", e);
  }

  private boolean put(Pack pack, List<ByteBuffer> parts, boolean close) {
    Failure failure = null;
    try {
      objects.put(pack.id().object(), parts);
    } catch (Failure e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure =
          new Failure(Failure.Kind.UNAVAILABLE, "could not write pack " + pack.id() + ": " + e, e);
    }
    lock.lock();
    try {
      segments.give(failure == null ? pack.end(Pack.State.DURABLE) : pack.fail(failure));
      inMemory.remove(pack.id().number());
      writing--;
      if (close) {
        closing.remove(pack.kind());
      }
      signalEnd();
    } finally {
      lock.unlock();
    }
    remove(List.of(pack));
    return failure == null;
  }

  private void remove(Collection<Pack> packs) {
    for (var pack : packs) {
      if (isGarbage(pack)) {
        try {
          objects.delete(pack.id().object());
        } catch (Failure _) {
          // Collection removes what is left: no row names it.
        }
      }
    }
  }

  private boolean isGarbage(Pack pack) {
    lock.lock();
    try {
      return pack.isGarbage();
    } finally {
      lock.unlock();
    }
  }

  private void signalEnd() {
    endings++;
    ended.signalAll();
  }

  /// Returns when every pack with records of `upload` is an object or ready to be a row.
  void seal(Upload upload) {
    lock.lock();
    try {
      while (true) {
        for (var pack : List.copyOf(open.values())) {
          sealOne(upload, pack);
        }
        if (upload.packs().stream().allMatch(PackWriters::isDone)) {
          return;
        }
        ended.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void sealOne(Upload upload, Pack pack) {
    if (!pack.users().contains(upload)) {
      return;
    }
    if (pack.isSmall()) {
      open.remove(pack.kind());
      segments.give(pack.sealSmall());
      signalEnd();
    } else if (!closing.contains(pack.kind())) {
      write(pack, true);
    }
  }

  private static boolean isDone(Pack pack) {
    return pack.state() != Pack.State.OPEN && pack.state() != Pack.State.WRITING;
  }

  /// The stored bytes of a record of this session that is not an object yet.
  byte @Nullable [] find(int number, long offset, int length) {
    if (!inMemory.containsKey(number)) {
      return null;
    }
    lock.lock();
    try {
      var pack = inMemory.get(number);
      return pack == null ? null : pack.read(offset, length);
    } finally {
      lock.unlock();
    }
  }

  /// Whether the pack is not an object yet.
  boolean isInMemory(int number) {
    return inMemory.containsKey(number);
  }

  /// Whether `upload` has records of its own in a pack.
  boolean uses(Upload upload, PackId id) {
    lock.lock();
    try {
      return upload.packs().stream().anyMatch(pack -> pack.id().equals(id));
    } finally {
      lock.unlock();
    }
  }

  /// The other uploads that have records in `pack` and are not closed.
  List<Upload> others(Pack pack, Upload upload) {
    lock.lock();
    try {
      return pack.users().stream().filter(user -> user != upload).toList();
    } finally {
      lock.unlock();
    }
  }

  /// Forgets `upload`: a pack that only it had a use for, and that no row can name, is dropped.
  void release(Upload upload, Collection<Pack> packs) {
    lock.lock();
    try {
      for (var pack : packs) {
        pack.users().remove(upload);
        boolean useless = pack.users().isEmpty() && pack.state() != Pack.State.WRITING;
        if (useless) {
          if (open.remove(pack.kind(), pack)) {
            segments.give(pack.end(Pack.State.FAILED));
            signalEnd();
          }
          inMemory.remove(pack.id().number());
        }
      }
    } finally {
      lock.unlock();
    }
    remove(packs);
  }

  /// The session that the packs belong to.
  long session() {
    return session;
  }

  /// Bytes of memory in use.
  long used() {
    lock.lock();
    try {
      return segments.used();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for what is being written, and ends the threads.
  @Override
  public void close() {
    pool.close();
  }
}
