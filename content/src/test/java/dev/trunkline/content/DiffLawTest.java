package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import dev.trunkline.content.EditWorld.Scale;
import dev.trunkline.testkit.Seeds;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What differs between two trees, done to the first, makes the second.
class DiffLawTest {
  @Test
  void theDifferencesOfTwoTreesMakeTheSecondOfTheFirst() {
    var world = new EditWorld(Scale.TINY);
    Seeds.each(60, random -> law(world, random));
  }

  @Test
  void soTheyDoAtTheSizesOfRealStores() {
    Seeds.each(4, random -> law(new EditWorld(Scale.STANDARD), random));
  }

  private static void law(EditWorld world, Random random) {
    var source = world.source(random);
    var before = source.root();
    var after = random.nextInt(4) == 0 ? world.source(random).root() : before;
    for (var layer : world.layers(random, source.model().copy(), List.of(source))) {
      after = world.trees.apply(after, layer, world.records);
    }
    if (after.summary().conflicts() > 0) {
      return;
    }
    assertThat(applied(world, before, after).content()).isEqualTo(after.content());
    assertThat(applied(world, after, before).content()).isEqualTo(before.content());
    var one = byOneDatum(world, before);
    var two = byOneDatum(world, after);
    assertThat(two.content()).isEqualTo(after.content());
    assertThat(applied(world, one, two)).isEqualTo(two);
    assertThat(applied(world, two, one)).isEqualTo(one);
  }

  private static Root byOneDatum(EditWorld world, Root root) {
    var set = world.sets.writer(world.records);
    set.graft(FilePath.ROOT, "one", root, false);
    return world.trees.apply(Root.EMPTY, set.finish(), world.records);
  }

  /// The differences as a file set, which is applied in two halves and folded in any case.
  private static Root applied(EditWorld world, Root before, Root after) {
    var first = world.sets.writer(world.records);
    var second = world.sets.writer(world.records);
    int count = 0;
    var changes = world.trees.diff(before, after, FilePath.ROOT);
    while (changes.hasNext()) {
      var change = changes.next();
      var set = count++ % 2 == 0 ? first : second;
      if (change.before().orElse(null) instanceof Entry.OfFile old) {
        set.delete(old.path(), old.datum());
      }
      if (change.after().orElse(null) instanceof Entry.OfFile file) {
        set.replace(file.path(), file.datum(), file.content());
      }
    }
    var one = first.finish();
    var two = second.finish();
    var root = world.trees.apply(before, world.sets.fold(one, two, world.records), world.records);
    var byHalves = world.trees.apply(before, two, world.records);
    assertThat(world.trees.apply(byHalves, one, world.records)).isEqualTo(root);
    return root;
  }

  @Test
  void theDifferencesOfTwoKeyTreesMakeTheSecondOfTheFirst() {
    for (var limits : List.of(ChunkLimits.TINY, ChunkLimits.STANDARD)) {
      var records = new MemoryRecords();
      var tree = new KeyTree(records, limits);
      Seeds.each(
          20,
          random -> {
            int keys = limits.equals(ChunkLimits.TINY) ? 300 : 5000;
            var before = keyTree(tree, Root.EMPTY, random, keys, records);
            var after = keyTree(tree, before, random, 1 + random.nextInt(keys), records);
            var changes = new TreeMap<Bytes, Optional<Item>>();
            tree.diff(before, after).forEachRemaining(c -> changes.put(c.key(), c.after()));
            assertThat(tree.apply(before, changes, records)).isEqualTo(after);
          });
    }
  }

  private static Root keyTree(
      KeyTree tree, Root base, Random random, int edits, MemoryRecords records) {
    var changes = new TreeMap<Bytes, Optional<Item>>();
    for (int i = 0; i < edits; i++) {
      var key = Bytes.of("k" + random.nextInt(6000));
      var item = Item.of(key, Bytes.of("v" + random.nextInt(5)));
      changes.put(key, random.nextInt(3) == 0 ? Optional.empty() : Optional.of(item));
    }
    return tree.apply(base, changes, records);
  }
}
