package dev.trunkline.runners;

import dev.trunkline.base.Failure;
import dev.trunkline.metadata.Changes;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Tx;
import dev.trunkline.objects.ObjectStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// A world that ends, or stumbles, at one chosen event: the writes of objects and the commits of
/// transactions are counted together.
///
/// After an end every call fails, as it would for a process that is no more.
final class Cuts {
  private final long at;
  private final How how;
  private final AtomicLong events = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();

  Cuts(long at, How how) {
    this.at = at;
    this.how = how;
  }

  /// What becomes of the chosen event and of the world.
  enum How {
    /// The event does not happen, and the process dies.
    DIES_BEFORE,
    /// The event happens, nobody is told, and the process dies.
    DIES_AFTER,
    /// Half of the object is on disk under a temporary name, and the process dies; a transaction is
    /// rolled back.
    DIES_TORN,
    /// The event fails without an effect, once.
    FAILS_BEFORE,
    /// The event happens and is reported as failed, once.
    FAILS_AFTER;

    boolean dies() {
      return this == DIES_BEFORE || this == DIES_AFTER || this == DIES_TORN;
    }

    boolean happens() {
      return this == DIES_AFTER || this == FAILS_AFTER;
    }
  }

  /// How many events there were.
  long events() {
    return events.get();
  }

  /// Whether the chosen event came.
  boolean reached() {
    return at >= 0 && events.get() > at;
  }

  /// Whether the process has died.
  boolean over() {
    return over.get();
  }

  private boolean chosen() {
    alive();
    boolean now = events.getAndIncrement() == at;
    if (now && how.dies()) {
      over.set(true);
    }
    return now;
  }

  private void alive() {
    if (over.get()) {
      throw cut();
    }
  }

  private static Failure cut() {
    return new Failure(Failure.Kind.UNAVAILABLE, "the world was cut here");
  }

  ObjectStore objects(ObjectStore store) {
    return new CutObjects(store);
  }

  Database database(Database database) {
    return new CutDatabase(database);
  }

  private final class CutObjects implements ObjectStore {
    private final ObjectStore store;

    CutObjects(ObjectStore store) {
      this.store = store;
    }

    @Override
    public void put(String name, List<ByteBuffer> content) {
      if (!chosen()) {
        store.put(name, content);
        return;
      }
      if (how.happens()) {
        store.put(name, content);
      } else if (how == How.DIES_TORN) {
        var half = new ArrayList<>(content.subList(0, content.size() / 2 + 1));
        store.put(name.replaceFirst("[^/]*$", ".new-torn"), half);
      }
      throw cut();
    }

    @Override
    public byte[] get(String name, long offset, int length) {
      alive();
      return store.get(name, offset, length);
    }

    @Override
    public OptionalLong size(String name) {
      alive();
      return store.size(name);
    }

    @Override
    public void delete(String name) {
      boolean now = chosen();
      if (!now || how.happens()) {
        store.delete(name);
      }
      if (now) {
        throw cut();
      }
    }

    @Override
    public List<String> list(String prefix) {
      alive();
      return store.list(prefix);
    }
  }

  private final class CutDatabase implements Database {
    private final Database database;

    CutDatabase(Database database) {
      this.database = database;
    }

    @Override
    public <T> T write(Function<Tx, T> work) {
      if (!chosen()) {
        return database.write(work);
      }
      if (how.happens()) {
        database.write(work);
      } else {
        database.write(tx -> {
          var _ = work.apply(tx);
          throw cut();
        });
      }
      throw cut();
    }

    @Override
    public <T> T read(Function<Tx, T> work) {
      alive();
      return database.read(work);
    }

    @Override
    public void migrate(String module) {
      alive();
      database.migrate(module);
    }

    @Override
    public Changes changes() {
      return database.changes();
    }

    @Override
    public void close() {
      database.close();
    }
  }
}
