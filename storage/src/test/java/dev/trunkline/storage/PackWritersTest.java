package dev.trunkline.storage;

import static dev.trunkline.storage.Writing.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import dev.trunkline.base.Scope;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.RecordKind;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;
import dev.trunkline.objects.FaultyObjects;
import dev.trunkline.objects.MemoryObjects;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackWritersTest {
  private static final long BUDGET = 2 << 20;

  @TempDir Path folder;
  private final MemoryObjects objects = new MemoryObjects();
  private Database database;
  private Storage storage;

  @BeforeEach
  void open() {
    database = Databases.sqlite(folder);
    database.migrate("metadata");
    storage = Storage.open(database, objects, ChunkLimits.STANDARD);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static void append(PackWriters writers, Upload upload, int seed, int length) {
    var record = random(seed, length);
    writers.append(upload, RecordKind.CHUNK, Hash.sha256(record), Encoded.of(record));
  }

  @Test
  void idleStreamsThatHoldAllMemoryDoNotStopOthers() {
    try (var writers = new PackWriters(objects, 1, BUDGET);
        var idle = storage.upload()) {
      append(writers, idle, 1, 1 << 20);
      try (var scope = Scope.open("busy")) {
        for (int i = 0; i < 4; i++) {
          int seed = 100 * i;
          scope.run(() -> {
            var upload = storage.upload();
            for (int j = 0; j < 12; j++) {
              append(writers, upload, seed + j, 700_000);
              assertThat(writers.used()).isLessThanOrEqualTo(BUDGET);
            }
            writers.seal(upload);
          });
        }
        scope.join();
      }
      writers.seal(idle);
      assertThat(writers.used()).isZero();
    }
  }

  @Test
  void aRecordLargerThanTheBudgetIsTaken() {
    try (var writers = new PackWriters(objects, 1, BUDGET);
        var upload = storage.upload()) {
      append(writers, upload, 1, 3 << 20);
      writers.seal(upload);
      assertThat(objects.list("packs/")).hasSize(1);
      assertThat(writers.used()).isZero();
    }
  }

  @Test
  void aPackThatCannotBeWrittenFailsItsUploadAndGivesTheMemoryBack() {
    var faulty = new FaultyObjects(objects, 0, FaultyObjects.Cut.BEFORE);
    var broken = Storage.open(database, faulty, ChunkLimits.STANDARD);
    try (var upload = broken.upload()) {
      Writing.append(broken, upload, Root.EMPTY, "/x", random(1, 5 << 20));
      assertThatThrownBy(() -> Writing.publish(database, upload))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("was cut");
    }
    assertThat(broken.writers().used()).isZero();
  }

  @Test
  void whatOnlyAbandonedStreamsWroteIsDropped() {
    try (var upload = storage.upload()) {
      Writing.append(storage, upload, Root.EMPTY, "/x", random(1, 1 << 20));
      assertThat(storage.writers().used()).isPositive();
    }
    assertThat(storage.writers().used()).isZero();
    assertThat(objects.list("")).isEmpty();
  }

  @Test
  void objectsThatOnlyAbandonedStreamsWroteAreRemoved() {
    try (var other = storage.upload()) {
      try (var upload = storage.upload()) {
        Writing.append(storage, upload, Root.EMPTY, "/x", random(1, 20 << 20));
        Writing.append(storage, other, Root.EMPTY, "/y", random(2, 1 << 20));
        upload.seal();
        assertThat(objects.list("packs/")).hasSizeGreaterThan(1);
      }
      assertThat(objects.list("packs/")).as("what the other is in").hasSize(1);
      Writing.publish(database, other);
    }
    assertThat(objects.list("packs/")).as("what is published").hasSize(1);
    try (var ended = storage.upload()) {
      Writing.append(storage, ended, Root.EMPTY, "/z", random(3, 20 << 20));
    }
    storage.close();
    assertThat(objects.list("packs/")).as("also what was being written").hasSize(1);
  }
}
