package dev.trunkline.storage;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Records;
import dev.trunkline.content.Ref;
import dev.trunkline.content.Trees;
import dev.trunkline.content.Verification;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.ObjectStore;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The store of one installation: packs in an object store, their catalogue in the database.
public final class Storage implements Records {
  /// The newest format that this program reads and writes.
  private static final int FORMAT = 1;

  private static final int REMEMBERED = 100_000;

  private final ObjectStore objects;
  private final ChunkLimits limits;
  private final long session;
  private final AtomicInteger packs = new AtomicInteger();
  private final Set<Upload> uploads = ConcurrentHashMap.newKeySet();
  private final Map<Hash, Ref> published =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Ref> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final SmallPacks smallPacks;
  private final Trees trees;

  private Storage(Database database, ObjectStore objects, ChunkLimits limits, long session) {
    this.objects = objects;
    this.limits = limits;
    this.session = session;
    this.smallPacks = new SmallPacks(database);
    this.trees = new Trees(this, limits);
  }

  /// Opens the store that `database` describes, making it with `limits` where it is new, and begins
  /// a session in it.
  public static Storage open(Database database, ObjectStore objects, ChunkLimits limits) {
    database.migrate("storage");
    return database.write(tx -> {
      var descriptor = StorageRows.descriptor(tx, FORMAT, limits);
      if (descriptor.format() > FORMAT) {
        throw new Failure(
            Failure.Kind.DENIED,
            "the data has format %d, this program knows %d: run the version that wrote it or a later one"
                .formatted(descriptor.format(), FORMAT));
      }
      return new Storage(database, objects, descriptor.limits(), StorageRows.openSession(tx));
    });
  }

  /// Begins a stream of writes.
  public Upload upload() {
    return new Upload(this);
  }

  /// The trees that are kept here.
  public Trees trees() {
    return trees;
  }

  /// The sizes that the store was made with.
  public ChunkLimits limits() {
    return limits;
  }

  long session() {
    return session;
  }

  ObjectStore objects() {
    return objects;
  }

  PackWriter newPack(RecordKind kind) {
    return new PackWriter(session, packs.incrementAndGet(), kind);
  }

  void register(Upload upload) {
    uploads.add(upload);
  }

  void unregister(Upload upload) {
    uploads.remove(upload);
  }

  @Nullable Ref published(Hash hash) {
    synchronized (published) {
      return published.get(hash);
    }
  }

  void remember(Collection<Ref> refs) {
    synchronized (published) {
      refs.forEach(ref -> published.put(ref.hash(), ref));
    }
  }

  @Override
  public byte[] read(Ref ref) {
    for (var upload : uploads) {
      var pending = upload.find(ref);
      if (pending != null && ref.at().session() == session) {
        return pending;
      }
    }
    var at = ref.at();
    var small = smallPacks.find(at.session(), at.pack());
    byte[] stored;
    if (small != null) {
      stored = Arrays.copyOfRange(small, (int) at.offset(), (int) at.offset() + at.stored());
    } else {
      stored = objects.get(PackWriter.name(at.session(), at.pack()), at.offset(), at.stored());
    }
    return verified(ref, stored);
  }

  private static byte[] verified(Ref ref, byte[] stored) {
    try {
      var record = ref.at().codec().decode(stored, ref.at().length());
      Verification.check(ref, record);
      return record;
    } catch (Failure e) {
      throw new Failure(
          Failure.Kind.CORRUPT,
          "pack %s is damaged at byte %d (%s): restore it from a backup"
              .formatted(ref.at().packName(), ref.at().offset(), e.getMessage()),
          e);
    }
  }
}
