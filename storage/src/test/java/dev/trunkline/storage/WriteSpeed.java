package dev.trunkline.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Clock;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.FileRef;
import dev.trunkline.content.FileWriter;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.LocalFolder;
import java.nio.file.Path;
import java.util.Random;

/// Measures how fast one stream is written and read: `WriteSpeed FOLDER random|csv MIB`. Prints
/// seconds and MiB/s; not a test.
public final class WriteSpeed {
  private WriteSpeed() {}

  /// Writes the content once to a new folder, and reads it back.
  public static void main(String[] arguments) {
    var folder = Path.of(arguments[0]);
    int mebibytes = Integer.parseInt(arguments[2]);
    var block = arguments[1].equals("csv") ? csv() : Writing.random(1, 16 << 20);
    var clock = Clock.system();
    var objects = new LocalFolder(folder.resolve("objects"));
    try (var database = Database.sqlite(folder.resolve("metadata.db"), clock)) {
      database.migrate("metadata");
      try (var storage = Storage.open(database, objects, ChunkLimits.STANDARD)) {
        long start = clock.nanos();
        var file = write(database, storage, block, mebibytes);
        print("write " + arguments[1], mebibytes, clock.since(start).toMillis());
        long again = clock.nanos();
        long[] read = {0};
        storage.trees().reader().read(file, 0, bytes -> read[0] += bytes.length);
        print("read " + arguments[1], (int) (read[0] >> 20), clock.since(again).toMillis());
      }
    }
  }

  private static FileRef write(Database database, Storage storage, byte[] block, int mebibytes) {
    try (var upload = storage.upload()) {
      var writer = new FileWriter(upload, storage.limits());
      for (int i = 0; i < mebibytes; i++) {
        int from = i * (1 << 20) % block.length;
        // So that no two rounds through the block have a chunk in common.
        for (int j = 0; j < 1 << 20; j += 32 << 10) {
          block[from + j] = (byte) (block[from + j] + 1);
        }
        writer.write(block, from, 1 << 20);
      }
      var file = writer.finish();
      Writing.publish(database, upload);
      return file;
    }
  }

  private static byte[] csv() {
    var random = new Random(1);
    var text = new StringBuilder();
    while (text.length() < 16 << 20) {
      text.append(random.nextInt(1_000_000)).append(",2026-11-").append(10 + random.nextInt(20));
      text.append(',').append(random.nextInt(1000) / 100.0).append(",setosa\n");
    }
    return text.substring(0, 16 << 20).getBytes(UTF_8);
  }

  private static void print(String what, int mebibytes, long millis) {
    System.out.printf(
        "%s: %d MiB in %.2f s, %.0f MiB/s%n",
        what, mebibytes, millis / 1000.0, mebibytes * 1000.0 / millis);
  }
}
