package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import dev.trunkline.base.Scope;
import dev.trunkline.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// Many threads share the nodes of a cache that is much too small for them.
class NodeCacheTest {
  private static final int THREADS = 6;

  private final MemoryRecords records = new MemoryRecords();
  private final KeyTree shared = new KeyTree(records, ChunkLimits.TINY, new NodeCache(16L * 4000));

  private static NavigableMap<Bytes, Optional<Item>> changes(Random random, int count) {
    var changes = new TreeMap<Bytes, Optional<Item>>();
    for (int i = 0; i < count; i++) {
      var key = Bytes.of("k" + random.nextInt(3000));
      var item = Item.of(key, Bytes.of("v" + random.nextInt(5)));
      changes.put(key, random.nextInt(3) == 0 ? Optional.empty() : Optional.of(item));
    }
    return changes;
  }

  private static List<Hash> history(KeyTree tree, MemoryRecords records, long seed) {
    var random = new Random(seed);
    var contents = new ArrayList<Hash>();
    var root = Root.EMPTY;
    for (int step = 0; step < 30; step++) {
      var before = root;
      root = tree.apply(before, changes(random, step == 0 ? 2500 : 20), records);
      var differences = new TreeMap<Bytes, Optional<Item>>();
      tree.diff(before, root).forEachRemaining(c -> differences.put(c.key(), c.after()));
      contents.add(tree.apply(before, differences, records).content());
      contents.add(root.content());
    }
    return contents;
  }

  @Test
  void threadsThatShareACacheReadWhatEachOfThemWouldAlone() {
    Seeds.each(
        2,
        random -> {
          long seed = random.nextLong();
          var wrong = new ConcurrentLinkedQueue<Long>();
          try (var scope = Scope.open("readers")) {
            for (int i = 0; i < THREADS; i++) {
              // Two of them do the same, so that nodes are put twice and at once.
              long own = seed + i / 2;
              scope.run(() -> {
                var alone = new MemoryRecords();
                var expected = history(new KeyTree(alone, ChunkLimits.TINY), alone, own);
                if (!history(shared, records, own).equals(expected)) {
                  wrong.add(own);
                }
              });
            }
            scope.join();
          }
          assertThat(wrong).isEmpty();
        });
  }

  @Test
  void nodesThatDoNotFitAreReadAgain() {
    var root = shared.apply(Root.EMPTY, changes(new Random(1), 2500), records);
    long reads = records.reads();
    shared.scan(root, Bytes.EMPTY).forEachRemaining(_ -> {});
    long once = records.reads() - reads;
    shared.scan(root, Bytes.EMPTY).forEachRemaining(_ -> {});
    assertThat(records.reads() - reads - once).isGreaterThan(once / 2).isPositive();
    var roomy = new KeyTree(records, ChunkLimits.TINY);
    roomy.scan(root, Bytes.EMPTY).forEachRemaining(_ -> {});
    reads = records.reads();
    roomy.scan(root, Bytes.EMPTY).forEachRemaining(_ -> {});
    assertThat(records.reads()).isEqualTo(reads);
  }
}
