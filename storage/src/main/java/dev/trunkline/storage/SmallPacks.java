package dev.trunkline.storage;

import dev.trunkline.metadata.Database;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The packs that are rows, with a cache that is bounded by bytes and also knows which packs are
/// none.
final class SmallPacks {
  private static final long MOST = 32 << 20;

  /// What an entry costs beside its content.
  private static final int ENTRY = 200;

  private static final byte[] NONE = new byte[0];

  private final Database database;
  private final long limit = Math.min(MOST, Runtime.getRuntime().maxMemory() / 32);
  private final Map<PackId, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  SmallPacks(Database database) {
    this.database = database;
  }

  byte @Nullable [] find(PackId pack) {
    byte[] known;
    synchronized (cache) {
      known = cache.get(pack);
    }
    if (known == null) {
      known = database.read(tx -> StorageRows.smallPack(tx, pack)).orElse(NONE);
      add(pack, known);
    }
    return known.length == 0 ? null : known;
  }

  /// Remembers the content of a pack.
  void add(PackId pack, byte[] content) {
    synchronized (cache) {
      var before = cache.put(pack, content);
      bytes += content.length + (before == null ? ENTRY : -before.length);
      for (var oldest = cache.entrySet().iterator(); bytes > limit && oldest.hasNext(); ) {
        bytes -= oldest.next().getValue().length + ENTRY;
        oldest.remove();
      }
    }
  }
}
