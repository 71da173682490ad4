package dev.trunkline.storage;

import dev.trunkline.base.Hash;
import dev.trunkline.content.Codec;
import dev.trunkline.content.Location;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Ref;
import dev.trunkline.objects.ObjectStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One pack that is being filled, on the heap until it is sealed.
final class PackWriter {
  /// A pack is sealed when it reaches this size.
  static final int FULL = 8 << 20;

  /// A sealed pack below this size becomes a row.
  private static final int SMALL = 64 << 10;

  private final long session;
  private final int number;
  private final RecordKind kind;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private final List<PackFormat.Stored> records = new ArrayList<>();
  private final Map<Hash, byte[]> raw = new HashMap<>();
  private long size = PackFormat.HEADER;

  PackWriter(long session, int number, RecordKind kind) {
    this.session = session;
    this.number = number;
    this.kind = kind;
    parts.add(ByteBuffer.wrap(PackFormat.header(kind)));
  }

  int number() {
    return number;
  }

  Ref append(Hash hash, byte[] record, Codec codec, byte[] stored) {
    var entry = new PackFormat.Stored(hash, kind, codec, size, stored.length, record.length);
    var ref = new Ref(kind, hash, location(entry));
    records.add(entry);
    raw.put(hash, record);
    parts.add(ByteBuffer.wrap(stored));
    size += stored.length;
    return ref;
  }

  private Location location(PackFormat.Stored entry) {
    return new Location(
        session, number, entry.offset(), entry.stored(), entry.length(), entry.codec());
  }

  byte @Nullable [] find(Hash hash) {
    return raw.get(hash);
  }

  boolean isFull() {
    return size >= FULL;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /// Makes the pack durable, or leaves it to the transaction where it is small.
  Sealed seal(ObjectStore objects) {
    parts.add(ByteBuffer.wrap(PackFormat.footer(records)));
    int bytes = parts.stream().mapToInt(ByteBuffer::remaining).sum();
    if (bytes >= SMALL) {
      objects.put(name(session, number), parts);
      return new Sealed(number, kind, bytes, Optional.empty());
    }
    var whole = ByteBuffer.allocate(bytes);
    parts.forEach(whole::put);
    return new Sealed(number, kind, bytes, Optional.of(whole.array()));
  }

  static String name(long session, int number) {
    return "packs/%016x/%08x".formatted(session, number);
  }

  /// A pack that will not change any more; `small` holds one that is to become a row.
  record Sealed(int number, RecordKind kind, int bytes, Optional<byte[]> small) {}
}
