package dev.trunkline.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Failure;
import dev.trunkline.testkit.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The power goes at every call to the disk, which then drops, cuts short and reorders what was
/// never synced: what was acknowledged is there, and nothing is there in part.
class LocalFolderCrashTest {
  private static final List<String> NAMES = List.of("a", "packs/1", "packs/2", "b/c/d", "packs/1");

  @TempDir Path scratch;
  private int worlds;

  @Test
  void whatWasAcknowledgedIsThereAndWholeWhereverThePowerGoes() {
    Seeds.each(
        4,
        random -> {
          long calls = cut(Long.MAX_VALUE - 1, random);
          assertThat(calls).isGreaterThan(15);
          for (long at = 0; at < calls; at++) {
            cut(at, random);
          }
        });
  }

  /// Lives until the power goes at call `at`, checks what is left, and says how many calls there
  /// were.
  private long cut(long at, Random random) {
    var root = scratch.resolve("world" + worlds++);
    var disk = new ForgetfulDisk(at, random);
    var before = new TreeMap<String, String>();
    var begun = new TreeMap<String, String>();
    live(root, disk, random, before, begun);
    var after = scratch.resolve("after" + worlds++);
    try {
      disk.survivors(root, after);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    verify(new LocalFolder(after), before, begun);
    return disk.calls();
  }

  private static void live(
      Path root,
      Disk disk,
      Random random,
      Map<String, String> acknowledged,
      Map<String, String> begun) {
    try {
      var store = new LocalFolder(root, disk);
      for (var name : NAMES) {
        var text = name + "=" + random.nextInt(1000);
        begun.put(name, text);
        store.put(name, List.of(ByteBuffer.wrap(text.getBytes(UTF_8))));
        acknowledged.put(name, text);
      }
    } catch (Failure e) {
      assertThat(e).hasMessageContaining("the power");
    }
  }

  private static void verify(
      ObjectStore store, Map<String, String> acknowledged, Map<String, String> begun) {
    assertThat(store.list("")).containsAll(acknowledged.keySet());
    for (var name : store.list("")) {
      int size = (int) store.size(name).orElseThrow();
      assertThat(new String(store.get(name, 0, size), UTF_8))
          .isIn(acknowledged.get(name), begun.get(name));
    }
  }
}
