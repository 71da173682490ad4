package dev.trunkline.storage;

import dev.trunkline.base.Check;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Codec;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Ref;
import dev.trunkline.metadata.Tx;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A stream of records on its way into the store: appended, sealed, and published by the
/// transaction that makes use of them. An upload that is never published leaves garbage and nothing
/// else.
///
/// One thread at a time uses an upload.
public final class Upload implements Appender, AutoCloseable {
  private final Storage storage;
  private final Map<RecordKind, PackWriter> open = new EnumMap<>(RecordKind.class);
  private final List<PackWriter.Sealed> sealed = new ArrayList<>();
  private final Map<Hash, Ref> written = new HashMap<>();
  private boolean closed;

  Upload(Storage storage) {
    this.storage = storage;
    storage.register(this);
  }

  @Override
  public synchronized Ref append(RecordKind kind, Hash hash, byte[] record) {
    Check.that(!closed, "an upload takes records until it is sealed");
    var known = written.get(hash);
    if (known == null) {
      known = storage.published(hash);
    }
    if (known != null) {
      return known;
    }
    var codec = Codec.choose(record);
    var stored = codec.encode(record);
    var pack = open.computeIfAbsent(kind, storage::newPack);
    var ref = pack.append(hash, record, codec, stored);
    written.put(hash, ref);
    if (pack.isFull()) {
      sealed.add(pack.seal(storage.objects()));
      open.remove(kind);
    }
    return ref;
  }

  synchronized byte @Nullable [] find(Ref ref) {
    for (var pack : open.values()) {
      if (pack.number() == ref.at().pack()) {
        return pack.find(ref.hash());
      }
    }
    return null;
  }

  /// Makes durable what was appended.
  public synchronized void seal() {
    for (var pack : open.values()) {
      if (!pack.isEmpty()) {
        sealed.add(pack.seal(storage.objects()));
      }
    }
    closed = true;
  }

  /// Makes the sealed packs part of the store when `tx` commits; call it before the rows that name
  /// them.
  public synchronized void publish(Tx tx) {
    Check.that(closed, "an upload is sealed before it is published");
    if (sealed.isEmpty()) {
      return;
    }
    StorageRows.checkSession(tx, storage.session());
    for (var pack : sealed) {
      StorageRows.insertPack(tx, storage.session(), pack);
    }
    tx.afterCommit(() -> storage.remember(written.values()));
  }

  /// Forgets what is held in memory.
  @Override
  public void close() {
    storage.unregister(this);
  }
}
