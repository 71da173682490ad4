package dev.trunkline.content;

import dev.trunkline.base.Check;
import dev.trunkline.base.Hash;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Records on the heap, with counts of what was read and written.
public final class MemoryRecords implements Records, Appender {
  private final ConcurrentHashMap<Hash, byte[]> records = new ConcurrentHashMap<>();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong appends = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /// An empty store.
  public MemoryRecords() {}

  @Override
  public byte[] read(Ref ref) {
    reads.incrementAndGet();
    var record = Check.present(records.get(ref.hash()), "a reference names a stored record");
    Verification.check(ref, record);
    return record;
  }

  @Override
  public Ref append(RecordKind kind, Hash hash, byte[] record) {
    appends.incrementAndGet();
    if (records.put(hash, record) == null) {
      bytes.addAndGet(record.length);
    }
    return new Ref(kind, hash, new Location(0, 0, 0, record.length, record.length, Codec.RAW));
  }

  /// How many records have been read.
  public long reads() {
    return reads.get();
  }

  /// How many records have been written.
  public long appends() {
    return appends.get();
  }

  /// How many bytes of different records are held.
  public long bytes() {
    return bytes.get();
  }
}
