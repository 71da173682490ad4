package dev.trunkline.storage;

import static dev.trunkline.storage.Writing.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.objects.CountingObjects;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.testkit.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the store promises, on any database.
abstract class StorageContract {
  private final MemoryObjects memory = new MemoryObjects();
  private final CountingObjects objects = new CountingObjects(memory);
  private Database database;

  abstract Database open();

  @BeforeEach
  void migrate() {
    database = open();
    database.migrate("metadata");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Storage storage() {
    return Storage.open(database, objects, ChunkLimits.STANDARD);
  }

  private Root write(Storage storage, String path, byte[] bytes) {
    return Writing.write(database, storage, path, bytes);
  }

  private static byte[] read(Storage storage, Root root, String path) {
    return Writing.read(storage, root, path);
  }

  private int count(String table) {
    return database.read(
        tx -> tx.handle().createQuery("select count(*) from " + table).mapTo(Integer.class).one());
  }

  private void execute(String sql) {
    database.<Object>write(tx -> tx.handle().execute(sql));
  }

  @Test
  void aTinyWriteIsARowAndAnotherProcessReadsIt() {
    var root = write(storage(), "/a/b", "hello".repeat(100).getBytes(UTF_8));
    assertThat(objects.list("")).isEmpty();
    assertThat(read(storage(), root, "/a/b")).asString(UTF_8).isEqualTo("hello".repeat(100));
  }

  @Test
  void aLargeWriteIsAFewObjects() {
    var bytes = random(5, 20 << 20);
    var root = write(storage(), "/big", bytes);
    assertThat(objects.list("packs/")).hasSize(3);
    assertThat(read(storage(), root, "/big")).isEqualTo(bytes);
  }

  @Test
  void chunksThatLieSideBySideAreReadTogether() {
    var bytes = random(5, 20 << 20);
    var root = write(storage(), "/big", bytes);
    var reader = storage();
    long before = objects.gets();
    assertThat(read(reader, root, "/big")).isEqualTo(bytes);
    assertThat(objects.gets() - before).isBetween(3L, 20L);
  }

  @Test
  void equalContentIsStoredOnceAndItsPackPinnedMeanwhile() {
    var storage = storage();
    var bytes = random(6, 4 << 20);
    write(storage, "/one", bytes);
    long before = objects.written();
    try (var upload = storage.upload()) {
      Writing.append(storage, upload, Root.EMPTY, "/two", bytes);
      assertThat(count("storage_pins")).isBetween(1, 2);
      Writing.publish(database, upload);
      assertThat(count("storage_pins")).isZero();
    }
    assertThat(objects.written()).isEqualTo(before);
  }

  @Test
  void anUploadThatIsGivenUpReleasesItsPins() {
    var storage = storage();
    var bytes = random(6, 1 << 20);
    write(storage, "/one", bytes);
    try (var upload = storage.upload()) {
      Writing.append(storage, upload, Root.EMPTY, "/two", bytes);
      assertThat(count("storage_pins")).isPositive();
    }
    assertThat(count("storage_pins")).isZero();
  }

  @Test
  void aCondemnedPackIsNotAHit() {
    var storage = storage();
    var bytes = random(7, 1 << 20);
    write(storage, "/one", bytes);
    execute("update storage_packs set condemned = 1");
    var root = write(storage, "/two", bytes);
    execute("delete from storage_small_packs where session = 1 and number <= 2");
    objects.delete("packs/0000000000000001/00000001");
    assertThat(read(storage(), root, "/two")).isEqualTo(bytes);
    assertThat(count("storage_pins")).isZero();
  }

  @Test
  void aPackThatIsPinnedBelongsToTheEpochThatHasBegun() {
    var storage = storage();
    var bytes = random(7, 1 << 20);
    write(storage, "/one", bytes);
    assertThat(count("storage_packs where epoch = 0")).isEqualTo(2);
    execute("update storage_collection set epoch = 1");
    write(storage, "/two", bytes);
    assertThat(count("storage_packs where epoch = 1")).as("pinned, and new").isEqualTo(2);
    assertThat(count("storage_packs")).isEqualTo(3);
  }

  @Test
  void aNodeWhoseChildrenLieInACondemnedPackIsWrittenAgain() {
    var storage = storage();
    var bytes = random(8, 1 << 20);
    write(storage, "/one/x", bytes);
    execute("update storage_packs set condemned = 1 where kind = 1");
    int nodes = count("storage_packs where kind = 2");
    var root = write(storage, "/one/x", bytes);
    assertThat(count("storage_packs where kind = 2")).isEqualTo(nodes + 1);
    objects.delete("packs/0000000000000001/00000001");
    assertThat(read(storage(), root, "/one/x")).isEqualTo(bytes);
  }

  @Test
  void streamsThatEndTogetherShareAPackAndEitherMayPublishFirst() {
    var storage = storage();
    try (var first = storage.upload();
        var second = storage.upload()) {
      var one = Writing.append(storage, first, Root.EMPTY, "/one", random(1, 20_000));
      var two = Writing.append(storage, second, Root.EMPTY, "/two", random(2, 20_000));
      second.seal();
      Writing.publish(database, first);
      assertThat(count("storage_pins")).as("the other is protected").isPositive();
      Writing.publish(database, second);
      assertThat(count("storage_pins")).isZero();
      assertThat(count("storage_packs")).isEqualTo(2);
      var reader = storage();
      assertThat(read(reader, one, "/one")).isEqualTo(random(1, 20_000));
      assertThat(read(reader, two, "/two")).isEqualTo(random(2, 20_000));
    }
  }

  @Test
  void aPinMadeForAStreamThatWasGivenUpGoesToo() {
    var storage = storage();
    try (var first = storage.upload()) {
      Writing.append(storage, first, Root.EMPTY, "/one", random(1, 20_000));
      try (var second = storage.upload()) {
        Writing.append(storage, second, Root.EMPTY, "/two", random(2, 20_000));
        Writing.publish(database, first);
      }
    }
    assertThat(count("storage_pins")).isZero();
  }

  @Test
  void manyStreamsAtOnceWriteWhatTheyRead() {
    var storage = storage();
    var roots = new ConcurrentHashMap<Integer, Root>();
    try (var scope = Scope.open("streams")) {
      for (int i = 0; i < 12; i++) {
        int seed = i;
        scope.run(() -> roots.put(seed, write(storage, "/f", random(seed, 50_000 << seed % 6))));
      }
      scope.join();
    }
    var reader = storage();
    roots.forEach((seed, root) ->
        assertThat(read(reader, root, "/f")).isEqualTo(random(seed, 50_000 << seed % 6)));
    assertThat(storage.writers().used()).isZero();
  }

  @Test
  void whatIsAppendedCanBeReadAtOnceAndAfterSealing() {
    var storage = storage();
    var bytes = random(3, 9 << 20);
    try (var upload = storage.upload()) {
      var root = Writing.append(storage, upload, Root.EMPTY, "/x", bytes);
      assertThat(read(storage, root, "/x")).isEqualTo(bytes);
      upload.seal();
      assertThat(read(storage, root, "/x")).isEqualTo(bytes);
    }
    assertThat(storage.writers().used()).isZero();
  }

  @Test
  void aFlippedByteIsNoticedAndThePackNamed() {
    var root = write(storage(), "/x", random(7, 200_000));
    var name = objects.list("packs/").getFirst();
    flip(name, 5000);
    assertThatThrownBy(() -> read(storage(), root, "/x"))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.CORRUPT))
        .hasMessageContaining("pack 1/1 is damaged")
        .hasMessageContaining("restore it");
  }

  private void flip(String name, int at) {
    var pack = objects.get(name, 0, (int) objects.size(name).orElseThrow());
    pack[at] ^= 1;
    objects.put(name, List.of(ByteBuffer.wrap(pack)));
  }

  @Test
  void aMissingPackIsNamed() {
    var root = write(storage(), "/x", random(7, 5 << 20));
    objects.list("packs/").forEach(objects::delete);
    assertThatThrownBy(() -> read(storage(), root, "/x"))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.CORRUPT))
        .hasMessageContaining("pack 1/1 is missing")
        .hasMessageContaining("restore it");
  }

  @Test
  void aPackOfANewerFormatIsRefusedPolitely() {
    var root = write(storage(), "/x", random(7, 200_000));
    var name = objects.list("packs/").getFirst();
    flip(name, 5000);
    flip(name, 10);
    assertThatThrownBy(() -> read(storage(), root, "/x"))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.DENIED))
        .hasMessageContaining("has format 257, this program knows 1");
  }

  @Test
  void aReaderFollowsRecordsToThePackTheyWereMovedTo() {
    var bytes = random(9, 3 << 20);
    var root = write(storage(), "/x", bytes);
    var name = objects.list("packs/").getFirst();
    var pack = objects.get(name, 0, (int) objects.size(name).orElseThrow());
    objects.put("packs/0000000000000001/00000051", List.of(ByteBuffer.wrap(pack)));
    execute("insert into storage_forwards values (1, 1, 1, 80), (1, 80, 1, 81)");
    objects.delete(name);
    assertThat(read(storage(), root, "/x")).isEqualTo(bytes);
  }

  @Test
  void aFencedSessionPublishesNothingAndKeepsNoPins() {
    var storage = storage();
    var bytes = random(6, 1 << 20);
    write(storage, "/one", bytes);
    int before = count("storage_packs");
    try (var upload = storage.upload()) {
      Writing.append(storage, upload, Root.EMPTY, "/two", bytes);
      boolean pinned = database.write(tx -> Sessions.fence(tx, storage.session()));
      assertThat(pinned).isTrue();
      assertThatThrownBy(() -> Writing.publish(database, upload))
          .isInstanceOfSatisfying(
              Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.FENCED))
          .hasMessageContaining("was fenced");
    }
    assertThatThrownBy(() -> write(storage, "/x", new byte[1000])).hasMessageContaining("fenced");
    assertThat(count("storage_packs")).isEqualTo(before);
    assertThat(count("storage_pins")).isZero();
  }

  @Test
  void aFencedSessionIsReplacedAndItsStreamsComeToNothing() {
    var storage = storage();
    write(storage, "/one", new byte[] {1});
    long session = storage.session();
    database.write(tx -> Sessions.fence(tx, session));
    assertThatThrownBy(() -> write(storage, "/x", new byte[] {2})).hasMessageContaining("fenced");
    assertThat(storage.isWritable()).isFalse();
    try (var old = storage.upload()) {
      Writing.append(storage, old, Root.EMPTY, "/y", random(7, 1 << 20));
      storage.sessions().beat();
      assertThat(storage.isWritable()).isTrue();
      assertThatThrownBy(() -> Writing.publish(database, old)).hasMessageContaining("fenced");
      assertThat(storage.isWritable()).isTrue();
    }
    assertThat(storage.session()).isGreaterThan(session);
    var bytes = random(8, 1 << 20);
    assertThat(read(storage, write(storage, "/two", bytes), "/two")).isEqualTo(bytes);
  }

  private void silence(Storage storage) {
    execute(
        "update storage_sessions set heartbeat = heartbeat - 61000000 where id = "
            + storage.session());
  }

  @Test
  void aSessionThatFellSilentIsFencedByAnotherAndItsPinsGo() {
    var paused = storage();
    var bytes = random(6, 1 << 20);
    write(paused, "/one", bytes);
    var alive = storage();
    try (var upload = paused.upload()) {
      Writing.append(paused, upload, Root.EMPTY, "/two", bytes);
      assertThat(alive.sessions().fenceSilent(Sessions.SILENCE)).isEmpty();
      silence(paused);
      silence(alive);
      int pins = count("storage_pins");
      assertThat(pins).isPositive();
      alive.start();
      Await.until(
          "the pins of the silent one to go",
          Duration.ofSeconds(20),
          () -> count("storage_pins") == 0);
      assertThat(count("storage_sessions where fenced = true")).isEqualTo(1);
      assertThatThrownBy(() -> Writing.publish(database, upload)).hasMessageContaining("fenced");
      write(alive, "/x", new byte[1000]);
    }
    alive.close();
  }

  @Test
  void aSignOfLifeComesInTime() {
    var slow = storage();
    var other = storage();
    silence(slow);
    write(slow, "/x", new byte[1000]);
    assertThat(other.sessions().fenceSilent(Sessions.SILENCE)).isEmpty();
    write(slow, "/x", new byte[1000]);
  }

  @Test
  void pinsThatComeAfterTheFenceGoWithTheNextSweep() {
    var paused = storage();
    var bytes = random(6, 1 << 20);
    write(paused, "/one", bytes);
    var alive = storage();
    silence(paused);
    assertThat(alive.sessions().fenceSilent(Sessions.SILENCE)).containsExactly(paused.session());
    try (var upload = paused.upload()) {
      Writing.append(paused, upload, Root.EMPTY, "/two", bytes);
      assertThat(count("storage_pins")).isPositive();
      alive.sessions().fenceSilent(Sessions.SILENCE);
      assertThat(count("storage_pins")).isZero();
    }
  }

  @Test
  void whileAnotherHasTheDutyNobodyIsFenced() {
    var paused = storage();
    var holder = storage();
    var idle = storage();
    silence(paused);
    new Duties(database, Duration.ofHours(1)).claim("storage/sessions");
    assertThat(holder.sessions().fenceSilent(Sessions.SILENCE)).isEmpty();
    Duties.releaseAll(database);
    assertThat(holder.sessions().fenceSilent(Sessions.SILENCE)).containsExactly(paused.session());
    silence(paused);
    assertThat(idle.sessions().fenceSilent(Sessions.SILENCE)).isEmpty();
  }

  @Test
  void theOnlyProcessFencesAllThatWereBeforeIt() {
    var crashed = storage();
    var only = storage();
    only.fenceOthers();
    assertThatThrownBy(() -> write(crashed, "/x", new byte[1000])).hasMessageContaining("fenced");
    write(only, "/x", new byte[1000]);
  }

  @Test
  void resultsThatLaterTransactionsNameStayPinned() {
    var storage = storage();
    var bytes = random(6, 1 << 20);
    write(storage, "/one", bytes);
    try (var upload = storage.upload()) {
      Writing.append(storage, upload, Root.EMPTY, "/one", bytes);
      Writing.append(storage, upload, Root.EMPTY, "/two", random(7, 200_000));
      upload.seal();
      database.<Object>write(tx -> {
        upload.publish(tx);
        upload.hold(tx);
        return true;
      });
      assertThat(count("storage_pins")).isEqualTo(count("storage_packs"));
    }
    assertThat(count("storage_pins")).isZero();
  }

  @Test
  void aSessionThatWasEndedPublishesNothing() {
    var storage = storage();
    storage.start();
    storage.close();
    assertThatThrownBy(() -> write(storage, "/x", new byte[1000])).hasMessageContaining("fenced");
  }

  @Test
  void dataOfANewerFormatIsRefused() {
    storage();
    execute("update storage_descriptor set format = 99");
    assertThatThrownBy(this::storage)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("has format 99");
  }
}
