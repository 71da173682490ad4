package dev.trunkline.storage;

import dev.trunkline.metadata.Database;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The packs that are rows, with a bounded cache that also knows which packs are none.
final class SmallPacks {
  private static final int CACHED = 256;
  private static final byte[] NONE = new byte[0];

  private final Database database;
  private final Map<String, byte[]> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
          return size() > CACHED;
        }
      };

  SmallPacks(Database database) {
    this.database = database;
  }

  byte @Nullable [] find(long session, int number) {
    var key = session + "/" + number;
    byte[] known;
    synchronized (cache) {
      known = cache.get(key);
    }
    if (known == null) {
      known = database.read(tx -> StorageRows.smallPack(tx, session, number)).orElse(NONE);
      synchronized (cache) {
        cache.put(key, known);
      }
    }
    return known.length == 0 ? null : known;
  }
}
