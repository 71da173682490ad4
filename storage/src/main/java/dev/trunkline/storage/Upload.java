package dev.trunkline.storage;

import dev.trunkline.base.Check;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import dev.trunkline.base.Ids;
import dev.trunkline.content.Appender;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Ref;
import dev.trunkline.content.Verification;
import dev.trunkline.metadata.Tx;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// A stream of records on its way into the store: appended, sealed, and published by the
/// transaction that makes use of them. An upload that is never published leaves garbage and nothing
/// else.
///
/// A record that is stored already is not stored again, once its pack is pinned: from then on
/// collection leaves that pack alone until the upload is published or closed.
///
/// One thread at a time uses an upload. Its records must not be appended inside a transaction.
public final class Upload implements Appender, AutoCloseable {
  private final Storage storage;
  private final PackWriters writers;
  private final Pins pins;
  private final KnownRecords written = new KnownRecords();

  /// Changed under the lock of the writers only.
  private final Set<Pack> packs = new LinkedHashSet<>();

  private boolean sealed;

  /// Published or closed: needs no pins any more.
  private volatile boolean settled;

  private volatile boolean closed;

  Upload(Storage storage, PackWriters writers) {
    this.storage = storage;
    this.writers = writers;
    var stream = new StorageRows.Stream(Ids.random(), writers.session());
    pins = new Pins(storage.database(), stream);
  }

  Set<Pack> packs() {
    return packs;
  }

  @Override
  public Ref append(RecordKind kind, Hash hash, byte[] record) {
    return append(kind, hash, record, () -> Encoded.of(record));
  }

  @Override
  public Supplier<Ref> begin(byte[] chunk) {
    var prepared = storage.aside(chunk.length, () -> prepare(chunk));
    return () -> {
      var ready = prepared.get();
      return append(
          RecordKind.CHUNK,
          ready.hash,
          chunk,
          () -> ready.encoded.orElseGet(() -> Encoded.of(chunk)));
    };
  }

  /// Any thread may call this.
  private Prepared prepare(byte[] chunk) {
    var hash = Verification.chunk(chunk);
    boolean known = written.find(hash) != null || storage.known().find(hash) != null;
    return new Prepared(hash, known ? Optional.empty() : Optional.of(Encoded.of(chunk)));
  }

  private synchronized Ref append(
      RecordKind kind, Hash hash, byte[] record, Supplier<Encoded> encoded) {
    Check.that(!sealed, "an upload takes records until it is sealed");
    var own = written.find(hash);
    if (own != null) {
      return own.ref();
    }
    long print = Known.print(kind, record);
    var known = storage.known().find(hash);
    if (known != null && known.print() == print) {
      if (pins.hold(needed(known.ref(), record))) {
        return known.ref();
      }
      storage.known().remove(hash);
    }
    var ref = writers.append(this, kind, hash, encoded.get());
    written.add(new Known(ref, print));
    return ref;
  }

  /// The packs that must stay for `known` to be of use: its own, and of a node those that its
  /// children lie in.
  private Set<PackId> needed(Ref known, byte[] record) {
    var needed = new HashSet<PackId>();
    needed.add(PackId.of(known.at()));
    if (known.kind() == RecordKind.NODE) {
      for (var child : Verification.references(record)) {
        if (child.at().session() != 0) {
          needed.add(PackId.of(child.at()));
        }
      }
    }
    needed.removeIf(id -> writers.uses(this, id));
    return needed;
  }

  /// Makes durable what was appended.
  ///
  /// @throws Failure where a pack could not be written
  public synchronized void seal() {
    sealed = true;
    writers.seal(this);
    for (var pack : packs) {
      var failure = pack.failure();
      if (failure != null) {
        throw failure;
      }
    }
  }

  /// Makes the sealed packs part of the store when `tx` commits, and gives up the pins; call it
  /// before the rows that name the records.
  ///
  /// @throws Failure of kind FENCED where the session it began in may not write any more
  public synchronized void publish(Tx tx) {
    Check.that(sealed, "an upload is sealed before it is published");
    if (packs.isEmpty() && !pins.any()) {
      return;
    }
    lockSession(tx);
    StorageRows.unpin(tx, pins.stream());
    var others = new LinkedHashSet<Upload>();
    for (var pack : packs) {
      pack.name();
      StorageRows.insertPack(tx, pack);
      for (var other : writers.others(pack, this)) {
        if (!other.settled) {
          other.pins.expect();
          StorageRows.insertPin(tx, other.pins.stream(), pack.id());
          others.add(other);
        }
      }
    }
    tx.afterCommit(() -> published(others));
  }

  private void lockSession(Tx tx) {
    try {
      StorageRows.lockSession(tx, writers.session());
    } catch (Failure e) {
      if (e.kind() == Failure.Kind.FENCED) {
        storage.fenced(writers);
      }
      throw e;
    }
  }

  /// Keeps what was published, and what it relies on, pinned until this is closed: for results that
  /// transactions after this one name.
  public synchronized void hold(Tx tx) {
    var all = new TreeSet<>(StorageRows.ORDER);
    all.addAll(pins.held());
    packs.forEach(pack -> all.add(pack.id()));
    all.forEach(pack -> StorageRows.insertPin(tx, pins.stream(), pack));
    tx.afterCommit(pins::expect);
  }

  private void published(Set<Upload> others) {
    packs.forEach(storage::remember);
    storage.known().addAll(written.all());
    pins.released();
    settled = true;
    for (var other : others) {
      if (other.settled) {
        other.pins.release();
      }
    }
  }

  /// Forgets what is held in memory; where the upload was not published, gives up its pins.
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      settled = true;
      writers.release(this, packs);
      pins.release();
    }
  }

  /// What can be found out about a chunk without storing it; in stored form where it is new.
  private record Prepared(Hash hash, Optional<Encoded> encoded) {}
}
