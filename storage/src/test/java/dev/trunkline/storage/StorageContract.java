package dev.trunkline.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Failure;
import dev.trunkline.base.FilePath;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.MemoryObjects;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the store promises, on any database.
abstract class StorageContract {
  private final MemoryObjects objects = new MemoryObjects();
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
    try (var upload = storage.upload()) {
      var set = storage.trees().fileSets().writer(upload);
      var content = set.content();
      content.write(bytes, 0, bytes.length);
      set.append(FilePath.clean(path), "default", content.finish());
      var root = storage.trees().apply(Root.EMPTY, set.finish(), upload);
      upload.seal();
      database.<Object>write(tx -> {
        upload.publish(tx);
        return true;
      });
      return root;
    }
  }

  private static byte[] read(Storage storage, Root root, String path) {
    var out = new ByteArrayOutputStream();
    var file = (Entry.OfFile) storage.trees().stat(root, FilePath.clean(path)).orElseThrow();
    storage.trees().reader().read(file.content(), 0, out::writeBytes);
    return out.toByteArray();
  }

  @Test
  void aTinyWriteIsARowAndAnotherProcessReadsIt() {
    var root = write(storage(), "/a/b", "hello".repeat(100).getBytes(UTF_8));
    assertThat(objects.list("")).isEmpty();
    assertThat(read(storage(), root, "/a/b")).asString(UTF_8).isEqualTo("hello".repeat(100));
  }

  @Test
  void aLargeWriteIsAFewObjects() {
    var bytes = new byte[20 << 20];
    new Random(5).nextBytes(bytes);
    var root = write(storage(), "/big", bytes);
    assertThat(objects.list("packs/")).hasSize(3);
    assertThat(read(storage(), root, "/big")).isEqualTo(bytes);
  }

  @Test
  void equalContentIsStoredOnce() {
    var storage = storage();
    var bytes = new byte[4 << 20];
    new Random(6).nextBytes(bytes);
    write(storage, "/one", bytes);
    int before = objects.list("").size();
    write(storage, "/two", bytes);
    assertThat(objects.list("")).hasSize(before);
  }

  @Test
  void aFlippedByteIsNoticedAndThePackNamed() {
    var bytes = new byte[200_000];
    new Random(7).nextBytes(bytes);
    var root = write(storage(), "/x", bytes);
    var name = objects.list("packs/").getFirst();
    int size = (int) objects.size(name).orElseThrow();
    var pack = objects.get(name, 0, size);
    pack[5000] ^= 1;
    objects.put(name, List.of(ByteBuffer.wrap(pack)));
    assertThatThrownBy(() -> read(storage(), root, "/x"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("pack 1/1 is damaged")
        .hasMessageContaining("restore it");
  }

  @Test
  void aFencedSessionPublishesNothing() {
    var storage = storage();
    database.<Object>write(tx -> tx.handle().execute("update storage_sessions set fenced = true"));
    assertThatThrownBy(() -> write(storage, "/x", new byte[10])).hasMessageContaining("fenced");
  }

  @Test
  void dataOfANewerFormatIsRefused() {
    storage();
    database.<Object>write(tx -> tx.handle().execute("update storage_descriptor set format = 99"));
    assertThatThrownBy(this::storage)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("has format 99");
  }
}
