package dev.trunkline.storage;

import dev.trunkline.base.Failure;
import dev.trunkline.base.InOrder;
import dev.trunkline.base.Pool;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Codec;
import dev.trunkline.content.Records;
import dev.trunkline.content.Ref;
import dev.trunkline.content.Trees;
import dev.trunkline.content.Verification;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.ObjectStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The store of one installation: packs in an object store, their catalogue in the database.
public final class Storage implements Records, AutoCloseable {
  /// The newest format that this program reads and writes.
  private static final int FORMAT = 1;

  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /// How many bytes of adjacent records are read at once, where the heap is large.
  private static final int RUN = 8 << 20;

  /// How many bytes of records that were read at once are verified ahead of their reader.
  private static final int AHEAD = 2 << 20;

  /// Hashing of fewer bytes takes no longer than to hand them to another thread.
  private static final int WORTH_A_THREAD = 32 << 10;

  private final Database database;
  private final ChunkLimits limits;
  private final ObjectStore objects;
  private final Sessions sessions;
  private final List<PackWriters> retired = new CopyOnWriteArrayList<>();
  private volatile PackWriters writers;
  private final KnownRecords known = new KnownRecords();
  private final SmallPacks smallPacks;
  private final PackReader packs;
  private final Trees trees;
  private final Pool hashing = Pool.of("hash", Runtime.getRuntime().availableProcessors());
  private final long run = Math.min(RUN, Runtime.getRuntime().maxMemory() / 48);

  private Storage(Database database, ObjectStore objects, ChunkLimits limits, long session) {
    this.database = database;
    this.limits = limits;
    this.objects = objects;
    this.writers = new PackWriters(objects, session, PackWriters.defaultBudget());
    this.sessions = new Sessions(database, this);
    this.smallPacks = new SmallPacks(database);
    this.packs = new PackReader(database, objects, smallPacks);
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

  /// Fences every other session: for a process that knows, by a lock of its own, that it is the
  /// only one alive.
  public void fenceOthers() {
    sessions.fenceOthers();
  }

  /// Begins to give signs of life, and to fence sessions that give none for a minute.
  public void start() {
    sessions.start(HEARTBEAT);
  }

  /// Whether what is written now can be published: false from the moment at which the session of
  /// this process may have been fenced, for want of signs of life, until another takes its place.
  public boolean isWritable() {
    return sessions.isAlive();
  }

  /// Says that the session of `fenced` may not publish any more.
  void fenced(PackWriters fenced) {
    if (fenced == writers) {
      sessions.fenced();
    }
  }

  /// Begins another session in the place of one that was fenced; what was begun in that comes to
  /// nothing.
  void renew() {
    long next = database.write(StorageRows::openSession);
    retired.add(writers);
    writers = new PackWriters(objects, next, PackWriters.defaultBudget());
  }

  /// Begins a stream of writes.
  public Upload upload() {
    return new Upload(this, writers);
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
    return writers.session();
  }

  Sessions sessions() {
    return sessions;
  }

  Database database() {
    return database;
  }

  KnownRecords known() {
    return known;
  }

  PackWriters writers() {
    return writers;
  }

  PackReader packs() {
    return packs;
  }

  /// Keeps at hand the content of a pack that has become a row.
  void remember(Pack pack) {
    pack.small().ifPresent(content -> smallPacks.add(pack.id(), content));
  }

  /// Begins `work` on `bytes` bytes on a thread of its own where that pays; the result waits for
  /// it.
  <T> Supplier<T> aside(int bytes, Supplier<T> work) {
    if (bytes < WORTH_A_THREAD) {
      return work;
    }
    try {
      return hashing.submit(work::get)::get;
    } catch (RejectedExecutionException e) {
      throw PackWriters.closed(e);
    }
  }

  @Override
  public byte[] read(Ref ref) {
    var at = ref.at();
    var pack = PackId.of(at);
    var now = writers;
    try {
      var pending =
          at.session() == now.session() ? now.find(at.pack(), at.offset(), at.stored()) : null;
      var stored = pending == null ? packs.read(pack, at.offset(), at.stored()) : pending;
      return verified(ref, at.codec(), stored, at.length());
    } catch (Failure e) {
      if (e.kind() == Failure.Kind.CORRUPT && !packs.exists(pack)) {
        var moved = packs.moved(ref);
        if (moved.isPresent()) {
          return readMoved(ref, moved.get());
        }
      }
      throw packs.explain(pack, at.offset(), e);
    }
  }

  private byte[] readMoved(Ref ref, PackReader.Moved moved) {
    var record = moved.record();
    try {
      var stored = packs.read(moved.pack(), record.offset(), record.stored());
      return verified(ref, record.codec(), stored, record.length());
    } catch (Failure e) {
      throw packs.explain(moved.pack(), record.offset(), e);
    }
  }

  /// Records that lie side by side are read from the object store at once.
  @Override
  public void read(List<Ref> refs, Consumer<byte[]> sink) {
    int from = 0;
    while (from < refs.size()) {
      int to = endOfRun(refs, from);
      if (to - from == 1) {
        sink.accept(read(refs.get(from)));
      } else {
        readRun(refs.subList(from, to), sink);
      }
      from = to;
    }
  }

  private int endOfRun(List<Ref> refs, int from) {
    var first = refs.get(from).at();
    var now = writers;
    boolean pending = first.session() == now.session() && now.isInMemory(first.pack());
    if (pending || !packs.isObject(PackId.of(first))) {
      return from + 1;
    }
    long end = first.offset() + first.stored();
    for (int to = from + 1; to < refs.size(); to++) {
      var next = refs.get(to).at();
      boolean adjacent =
          next.session() == first.session()
              && next.pack() == first.pack()
              && next.offset() == end
              && end + next.stored() - first.offset() <= run;
      if (!adjacent) {
        return to;
      }
      end += next.stored();
    }
    return refs.size();
  }

  private void readRun(List<Ref> refs, Consumer<byte[]> sink) {
    var first = refs.getFirst().at();
    var last = refs.getLast().at();
    byte[] all;
    try {
      int length = (int) (last.offset() + last.stored() - first.offset());
      all = packs.read(PackId.of(first), first.offset(), length);
    } catch (Failure _) {
      // One by one they say what is wrong, or are found where they were moved.
      refs.forEach(ref -> sink.accept(read(ref)));
      return;
    }
    var records = new InOrder<byte[]>(Math.min(AHEAD, run), sink);
    for (var ref : refs) {
      var at = ref.at();
      int start = (int) (at.offset() - first.offset());
      records.add(
          at.length(),
          aside(
              at.length(),
              () -> verifiedOf(ref, Arrays.copyOfRange(all, start, start + at.stored()))));
    }
    records.drain();
  }

  private byte[] verifiedOf(Ref ref, byte[] stored) {
    try {
      return verified(ref, ref.at().codec(), stored, ref.at().length());
    } catch (Failure e) {
      throw packs.explain(PackId.of(ref.at()), ref.at().offset(), e);
    }
  }

  private static byte[] verified(Ref ref, Codec codec, byte[] stored, int length) {
    var record = codec.decode(stored, length);
    Verification.check(ref, record);
    return record;
  }

  /// Ends the session: nothing more is written.
  @Override
  public void close() {
    retired.forEach(PackWriters::close);
    writers.close();
    hashing.close();
    sessions.close();
  }
}
