package dev.trunkline.storage;

import dev.trunkline.base.FilePath;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Database;
import java.io.ByteArrayOutputStream;
import java.util.Random;

/// Writes and reads one file, as a commit would.
final class Writing {
  private Writing() {}

  static byte[] random(long seed, int length) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// The tree `base` with a file more; not published yet.
  static Root append(Storage storage, Upload upload, Root base, String path, byte[] bytes) {
    var set = storage.trees().fileSets().writer(upload);
    var content = set.content();
    content.write(bytes, 0, bytes.length);
    set.append(FilePath.clean(path), "default", content.finish());
    return storage.trees().apply(base, set.finish(), upload);
  }

  static void publish(Database database, Upload upload) {
    upload.seal();
    database.<Object>write(tx -> {
      upload.publish(tx);
      return true;
    });
  }

  static Root write(Database database, Storage storage, String path, byte[] bytes) {
    try (var upload = storage.upload()) {
      var root = append(storage, upload, Root.EMPTY, path, bytes);
      publish(database, upload);
      return root;
    }
  }

  static byte[] read(Storage storage, Root root, String path) {
    var out = new ByteArrayOutputStream();
    var file = (Entry.OfFile) storage.trees().stat(root, FilePath.clean(path)).orElseThrow();
    storage.trees().reader().read(file.content(), 0, out::writeBytes);
    return out.toByteArray();
  }
}
