package dev.trunkline.storage;

import static dev.trunkline.storage.Writing.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Failure;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;
import dev.trunkline.metadata.FaultyDatabase;
import dev.trunkline.objects.FaultyObjects;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.objects.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The world is cut at every object write and at every commit of two puts, the second of which
/// finds half of its content stored already. What the next process finds is old or new.
class StorageCrashTest {
  private static final byte[] FIRST = random(1, 9 << 20);
  private static final byte[] SECOND = second();

  @TempDir Path folder;
  private int worlds;

  private static byte[] second() {
    var bytes = random(2, 9 << 20);
    System.arraycopy(FIRST, 0, bytes, 0, 4 << 20);
    return bytes;
  }

  /// A database with a table that says what was acknowledged, and the objects beside it.
  private final class World implements AutoCloseable {
    private final MemoryObjects objects = new MemoryObjects();
    private final Database database;

    World() {
      try {
        database = Databases.sqlite(Files.createDirectory(folder.resolve("w" + worlds++)));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      database.migrate("metadata");
      database.<Object>write(
          tx -> tx.handle().execute("create table roots (name text, root blob)"));
    }

    @Override
    public void close() {
      database.close();
    }
  }

  private static void put(Database database, Storage storage, String name, byte[] bytes) {
    try (var upload = storage.upload()) {
      var root = Writing.append(storage, upload, Root.EMPTY, "/" + name, bytes);
      upload.seal();
      database.<Object>write(tx -> {
        upload.publish(tx);
        return tx.handle().execute("insert into roots values (?, ?)", name, root.encode());
      });
    }
  }

  private static List<String> run(Database database, ObjectStore objects) {
    var acknowledged = new ArrayList<String>();
    try {
      var storage = Storage.open(database, objects, ChunkLimits.STANDARD);
      put(database, storage, "first", FIRST);
      acknowledged.add("first");
      put(database, storage, "second", SECOND);
      acknowledged.add("second");
    } catch (Failure e) {
      assertThat(e).hasMessageContaining("was cut");
    }
    return acknowledged;
  }

  /// Everything acknowledged is there; what is there can be read and is whole.
  private static void verify(World world, List<String> acknowledged, int unknown) {
    var storage = Storage.open(world.database, world.objects, ChunkLimits.STANDARD);
    var roots =
        world.database.read(tx ->
            tx.handle()
                .createQuery("select name, root from roots")
                .map((rs, _) -> new Named(rs.getString("name"), Root.decode(rs.getBytes("root"))))
                .list());
    assertThat(roots.stream().map(Named::name)).containsAll(acknowledged);
    assertThat(roots.size() - acknowledged.size()).isBetween(0, unknown);
    for (var root : roots) {
      assertThat(Writing.read(storage, root.root(), "/" + root.name()))
          .isEqualTo(root.name().equals("first") ? FIRST : SECOND);
    }
    put(world.database, storage, "third", random(3, 100_000));
    storage.close();
    int pins =
        world.database.read(tx ->
            tx.handle()
                .createQuery("select count(*) from storage_pins where holder = 2")
                .mapTo(Integer.class)
                .one());
    assertThat(pins).isZero();
  }

  private record Named(String name, Root root) {}

  @Test
  void atEveryObjectWrite() {
    long writes;
    try (var world = new World()) {
      var counting = new FaultyObjects(world.objects, -1, FaultyObjects.Cut.AFTER);
      assertThat(run(world.database, counting)).containsExactly("first", "second");
      verify(world, List.of("first", "second"), 0);
      writes = counting.writes();
      assertThat(writes).isGreaterThan(2);
    }
    for (var cut : FaultyObjects.Cut.values()) {
      for (long at = 0; at < writes; at++) {
        try (var world = new World()) {
          var done = run(world.database, new FaultyObjects(world.objects, at, cut));
          assertThat(done).hasSizeLessThan(2);
          verify(world, done, 0);
        }
      }
    }
  }

  @Test
  void atEveryCommit() {
    long commits;
    try (var world = new World()) {
      var counting = new FaultyDatabase(world.database, -1, false);
      run(counting, world.objects);
      commits = counting.commits();
      assertThat(commits).isGreaterThan(3);
    }
    for (boolean after : new boolean[] {false, true}) {
      for (long at = 0; at < commits; at++) {
        try (var world = new World()) {
          var done = run(new FaultyDatabase(world.database, at, after), world.objects);
          assertThat(done).hasSizeLessThan(2);
          verify(world, done, after ? 1 : 0);
        }
      }
    }
  }
}
