package dev.trunkline.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.FileRef;
import dev.trunkline.content.FileWriter;
import dev.trunkline.content.Ref;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.testkit.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pack that format version 1 is frozen in still opens, and one that is damaged or newer says
/// so. `docs/format/packs.md`.
class PackFormatTest {
  private static final PackId PACK = new PackId(1, 1);
  private static final byte[] CONTENT = content();

  @TempDir Path folder;
  private final MemoryObjects objects = new MemoryObjects();
  private Database database;
  private PackReader reader;

  /// Text that compresses, then numbers that do not: chunks of both codecs.
  private static byte[] content() {
    var text = "setosa,5.1,3.5,1.4,0.2\n".repeat(60).getBytes(UTF_8);
    var all = ByteBuffer.allocate(text.length + 2000).put(text);
    return all.put(Writing.random(1, 2000)).array();
  }

  private static byte[] golden() {
    try (var in = PackFormatTest.class.getResourceAsStream("/golden/pack-1.hex")) {
      return HexFormat.of().parseHex(new String(in.readAllBytes(), UTF_8).replace("\n", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("metadata.db"), Clock.system());
    database.migrate("metadata");
    database.migrate("storage");
    reader = new PackReader(database, objects, new SmallPacks(database));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private FileRef write(Storage storage, Upload upload) {
    var writer = new FileWriter(upload, storage.limits());
    writer.write(CONTENT, 0, CONTENT.length);
    return writer.finish();
  }

  @Test
  void aPackIsWrittenByteForByteAsBefore() {
    var storage = Storage.open(database, objects, ChunkLimits.TINY);
    try (var upload = storage.upload()) {
      write(storage, upload);
      upload.seal();
      var pack = upload.packs().iterator().next().small().orElseThrow();
      var hex = HexFormat.of().formatHex(pack).replaceAll("(.{128})", "$1\n");
      Golden.check(PackFormatTest.class, "pack-1.hex", hex + "\n");
    }
  }

  @Test
  void theFrozenPackStillOpensAndItsRecordsAreWhole() {
    objects.put(PACK.object(), List.of(ByteBuffer.wrap(golden())));
    var storage = Storage.open(database, objects, ChunkLimits.TINY);
    var records = reader.footer(PACK);
    assertThat(records)
        .hasSizeGreaterThan(3)
        .isSortedAccordingTo((a, b) -> a.hash().compareTo(b.hash()));
    assertThat(records.stream().map(PackFormat.Stored::codec).distinct()).hasSize(2);
    long length = 0;
    for (var record : records) {
      var at =
          new dev.trunkline.content.Location(
              1, 1, record.offset(), record.stored(), record.length(), record.codec());
      length += storage.read(new Ref(record.kind(), record.hash(), at)).length;
    }
    assertThat(length).isLessThanOrEqualTo(CONTENT.length);
  }

  private void refused(int at, Failure.Kind kind, String message) {
    var pack = golden();
    pack[at < 0 ? pack.length + at : at] ^= 2;
    objects.put(PACK.object(), List.of(ByteBuffer.wrap(pack)));
    assertThatThrownBy(() -> reader.footer(PACK))
        .isInstanceOfSatisfying(Failure.class, f -> assertThat(f.kind()).isEqualTo(kind))
        .hasMessageContaining("pack 1/1")
        .hasMessageContaining(message);
  }

  @Test
  void aNewerVersionIsRefusedAndSaysWhatToRun() {
    refused(11, Failure.Kind.DENIED, "has format 3, this program knows 1: run the version");
  }

  @Test
  void damageIsFoundWhereverItIs() {
    refused(0, Failure.Kind.CORRUPT, "does not begin as a pack does");
    refused(15, Failure.Kind.CORRUPT, "its header has a value");
    refused(31, Failure.Kind.CORRUPT, "its header has a value");
    refused(-1, Failure.Kind.CORRUPT, "does not end as a pack does");
    refused(-9, Failure.Kind.CORRUPT, "restore it from a backup");
    refused(-30, Failure.Kind.CORRUPT, "its footer is not what was written");
    refused(-60, Failure.Kind.CORRUPT, "its footer is not what was written");
  }

  @Test
  void aPackThatWasCutShortIsRefused() {
    objects.put(PACK.object(), List.of(ByteBuffer.wrap(golden(), 0, 60)));
    assertThatThrownBy(() -> reader.footer(PACK))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("pack 1/1 is damaged (it is too short)");
  }
}
