package dev.trunkline.storage;

import dev.trunkline.base.Hash;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The newest records of a stream or of a process, by hash. What is forgotten costs space, never
/// data.
final class KnownRecords {
  private static final int MOST = 100_000;
  private static final int HEAP_PER_RECORD = 4096;

  private final int limit =
      (int) Math.min(MOST, Runtime.getRuntime().maxMemory() / HEAP_PER_RECORD);
  private final Map<Hash, Known> records =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Known> eldest) {
          return size() > limit;
        }
      };

  synchronized @Nullable Known find(Hash hash) {
    return records.get(hash);
  }

  synchronized void add(Known record) {
    records.put(record.ref().hash(), record);
  }

  synchronized void addAll(Collection<Known> more) {
    more.forEach(this::add);
  }

  synchronized void remove(Hash hash) {
    records.remove(hash);
  }

  synchronized Collection<Known> all() {
    return List.copyOf(records.values());
  }
}
