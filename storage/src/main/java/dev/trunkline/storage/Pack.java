package dev.trunkline.storage;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Codec;
import dev.trunkline.content.Location;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Ref;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pack of this process, from its first record until it is an object, or a row to be. Not safe
/// for threads; [PackWriters] guards it.
final class Pack {
  /// A pack is sealed when it reaches this size.
  static final int FULL = 8 << 20;

  /// A pack that is below this size when it is sealed becomes a row.
  static final int SMALL = 64 << 10;

  private final PackId id;
  private final RecordKind kind;
  private final Set<Upload> users = new HashSet<>();
  private final List<ByteBuffer> segments = new ArrayList<>();
  private List<PackFormat.Stored> records = new ArrayList<>();
  private State state = State.OPEN;
  private long size;
  private byte @Nullable [] small;
  private @Nullable Failure failure;

  /// Set before a transaction that names the pack begins to, whatever becomes of it.
  private volatile boolean named;

  Pack(PackId id, RecordKind kind) {
    this.id = id;
    this.kind = kind;
  }

  PackId id() {
    return id;
  }

  RecordKind kind() {
    return kind;
  }

  State state() {
    return state;
  }

  /// Bytes of the pack; with its footer once it is sealed.
  long size() {
    return size;
  }

  /// The uploads that have records here and are not closed.
  Set<Upload> users() {
    return users;
  }

  /// The content of a pack that is to be a row.
  Optional<byte[]> small() {
    return Optional.ofNullable(small);
  }

  /// Says that a row may name the pack from now on.
  void name() {
    named = true;
  }

  /// Whether this is an object that no row can name and no upload has a use for.
  boolean isGarbage() {
    return state == State.DURABLE && users.isEmpty() && !named;
  }

  @Nullable Failure failure() {
    return failure;
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /// How many segments are missing to take `bytes` more.
  int missing(int bytes) {
    long need = (size == 0 ? PackFormat.HEADER : size) + bytes;
    return (int) Math.max(0, Math.ceilDiv(need, Segments.BYTES) - segments.size());
  }

  void add(ByteBuffer segment) {
    segments.add(segment);
  }

  /// Appends a record, for which there is room.
  Ref append(Hash hash, Codec codec, byte[] stored, int length) {
    if (size == 0) {
      copyIn(PackFormat.header(kind));
    }
    var entry = new PackFormat.Stored(hash, kind, codec, size, stored.length, length);
    records.add(entry);
    copyIn(stored);
    var at = new Location(id.session(), id.number(), entry.offset(), stored.length, length, codec);
    return new Ref(kind, hash, at);
  }

  private void copyIn(byte[] bytes) {
    int done = 0;
    while (done < bytes.length) {
      var segment = segments.get((int) (size / Segments.BYTES));
      int some = Math.min(segment.remaining(), bytes.length - done);
      segment.put(bytes, done, some);
      done += some;
      size += some;
    }
  }

  /// The stored bytes at `offset`, where they are still in memory.
  byte @Nullable [] read(long offset, int length) {
    if (state == State.DURABLE || state == State.FAILED) {
      return null;
    }
    var bytes = new byte[length];
    if (small != null) {
      System.arraycopy(small, (int) offset, bytes, 0, length);
      return bytes;
    }
    int done = 0;
    while (done < length) {
      long at = offset + done;
      var segment = segments.get((int) (at / Segments.BYTES));
      int from = (int) (at % Segments.BYTES);
      int some = Math.min(Segments.BYTES - from, length - done);
      segment.get(from, bytes, done, some);
      done += some;
    }
    return bytes;
  }

  /// Takes no more records; what is to be written is returned.
  List<ByteBuffer> seal() {
    state = State.WRITING;
    var footer = PackFormat.footer(records);
    records = List.of();
    var parts = new ArrayList<ByteBuffer>();
    for (var segment : segments) {
      parts.add(segment.duplicate().flip());
    }
    parts.add(ByteBuffer.wrap(footer));
    size += footer.length;
    return parts;
  }

  /// Whether the pack would become a row if it were sealed now.
  boolean isSmall() {
    int entry = Hash.BYTES + 24;
    return size + (long) records.size() * entry + PackFormat.TAIL < SMALL;
  }

  /// Seals the pack as the content of a row.
  List<ByteBuffer> sealSmall() {
    var parts = seal();
    var whole = ByteBuffer.allocate((int) size);
    parts.forEach(whole::put);
    small = whole.array();
    return end(State.ROW);
  }

  /// Ends the writing, and gives the memory back.
  List<ByteBuffer> end(State end) {
    state = end;
    var freed = List.copyOf(segments);
    segments.clear();
    return freed;
  }

  List<ByteBuffer> fail(Failure why) {
    failure = why;
    return end(State.FAILED);
  }

  /// How far a pack has come.
  enum State {
    /// It takes records.
    OPEN,
    /// It is complete and on its way to the object store.
    WRITING,
    /// It is an object.
    DURABLE,
    /// It is to be a row.
    ROW,
    /// It could not be written; its records are lost.
    FAILED
  }
}
