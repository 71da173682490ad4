package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Failure;
import dev.trunkline.base.FilePath;
import dev.trunkline.testkit.Seeds;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Stored bytes that are not what was written are a failure that says so, and nothing worse.
class CorruptBytesTest {
  private final MemoryRecords records = new MemoryRecords();
  private final Trees trees = new Trees(records, ChunkLimits.TINY);

  private static void survives(byte[] bytes, Consumer<byte[]> decoder) {
    try {
      decoder.accept(bytes);
    } catch (Failure e) {
      assertThat(e.kind()).isEqualTo(Failure.Kind.CORRUPT);
    } catch (RuntimeException | Error e) {
      fail("bytes " + Bytes.of(bytes) + " gave " + e, e);
    }
  }

  private static byte[] damaged(Random random, byte[] good) {
    if (random.nextInt(4) == 0) {
      var garbage = new byte[random.nextInt(300)];
      random.nextBytes(garbage);
      return garbage;
    }
    var bytes = good.clone();
    for (int i = 0; i <= random.nextInt(3) && bytes.length > 0; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 10))
        : bytes;
  }

  private static void readAll(KeyNode node) {
    for (int i = 0; i < node.size(); i++) {
      var item = node.item(i);
      if (node.level() > 0) {
        continue;
      }
      if (Children.isReset(item)) {
        Reset.of(item);
      } else {
        Children.entries(FilePath.ROOT, item);
      }
    }
  }

  @Test
  void damagedNodesRootsAndContentsAreFailures() {
    Seeds.each(
        3000,
        random -> {
          var set = trees.fileSets().writer(records);
          set.append(FilePath.clean("/d/a"), "default", FileRef.empty());
          set.append(FilePath.clean("/d/b"), "d2", FileRef.empty());
          set.append(FilePath.clean("/f"), "d2", FileRef.empty());
          set.append(FilePath.clean("/f"), "d3", FileRef.empty());
          set.deleteTree(FilePath.clean("/e"), "d3");
          var root = set.finish();
          var record = records.read(root.present());
          survives(damaged(random, root.encode()), Root::decode);
          survives(damaged(random, record), bytes -> readAll(KeyNode.decode(bytes)));
          survives(damaged(random, record), bytes -> ChunkList.decode(bytes));
          var body = damaged(random, Node.decode(record).body());
          survives(
              new Node(body, Node.decode(record).refs()).encode(),
              bytes -> readAll(KeyNode.decode(bytes)));
        });
  }
}
