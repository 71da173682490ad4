package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Bytes;
import dev.trunkline.testkit.Seeds;
import java.util.ArrayList;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeyTreeLawTest {
  private final MemoryRecords records = new MemoryRecords();
  private final KeyTree tree = new KeyTree(records, ChunkLimits.TINY);

  private static NavigableMap<Bytes, Optional<Item>> changes(Random random, int count, int keys) {
    var changes = new TreeMap<Bytes, Optional<Item>>();
    for (int i = 0; i < count; i++) {
      var key = Bytes.of("k" + random.nextInt(keys));
      var value = Item.of(key, Bytes.of("v" + random.nextInt(5)));
      changes.put(key, random.nextInt(3) == 0 ? Optional.empty() : Optional.of(value));
    }
    return changes;
  }

  private static void model(
      NavigableMap<Bytes, Item> model, NavigableMap<Bytes, Optional<Item>> edit) {
    edit.forEach((key, item) -> {
      model.remove(key);
      item.ifPresent(i -> model.put(key, i));
    });
  }

  private Root build(NavigableMap<Bytes, Item> model) {
    var all = new TreeMap<Bytes, Optional<Item>>();
    model.forEach((key, item) -> all.put(key, Optional.of(item)));
    return tree.apply(Root.EMPTY, all, records);
  }

  @Test
  void anyHistoryOfOneMapIsOneTree() {
    Seeds.each(
        60,
        random -> {
          var model = new TreeMap<Bytes, Item>();
          var root = Root.EMPTY;
          for (int step = 0; step < 12; step++) {
            var edit = changes(random, 1 + random.nextInt(60), 300);
            root = tree.apply(root, edit, records);
            model(model, edit);
            assertThat(root).isEqualTo(build(model));
          }
          var scanned = new ArrayList<Item>();
          tree.scan(root, Bytes.EMPTY).forEachRemaining(scanned::add);
          assertThat(scanned).containsExactlyElementsOf(model.values());
        });
  }

  @Test
  void diffIsWhatChanged() {
    Seeds.each(
        60,
        random -> {
          var start = changes(random, 400, 500);
          var edit = changes(random, random.nextInt(40), 500);
          var before = tree.apply(Root.EMPTY, start, records);
          var after = tree.apply(before, edit, records);
          var a = new TreeMap<Bytes, Item>();
          model(a, start);
          var b = new TreeMap<>(a);
          model(b, edit);
          var changed = new TreeMap<Bytes, KeyChange>();
          tree.diff(before, after).forEachRemaining(c -> changed.put(c.key(), c));
          var keys = new TreeMap<>(a);
          keys.putAll(b);
          keys.keySet().removeIf(k -> java.util.Objects.equals(a.get(k), b.get(k)));
          assertThat(changed.keySet()).isEqualTo(keys.keySet());
          changed.forEach((key, change) -> {
            assertThat(change.before()).isEqualTo(Optional.ofNullable(a.get(key)));
            assertThat(change.after()).isEqualTo(Optional.ofNullable(b.get(key)));
          });
        });
  }

  @Test
  void findsAndWalksFromAnyKey() {
    Seeds.each(
        30,
        random -> {
          var start = changes(random, 300, 400);
          var root = tree.apply(Root.EMPTY, start, records);
          var model = new TreeMap<Bytes, Item>();
          model(model, start);
          for (int i = 0; i < 50; i++) {
            var key = Bytes.of("k" + random.nextInt(420));
            assertThat(tree.get(root, key)).isEqualTo(Optional.ofNullable(model.get(key)));
            var up = new ArrayList<Item>();
            tree.scan(root, key).forEachRemaining(up::add);
            assertThat(up).containsExactlyElementsOf(model.tailMap(key, true).values());
            var down = new ArrayList<Item>();
            tree.scanBackwards(root, key).forEachRemaining(down::add);
            assertThat(down)
                .containsExactlyElementsOf(model.headMap(key, false).descendingMap().values());
          }
        });
  }

  @Test
  void oneChangeAmongManyReadsAndWritesAFewNodes() {
    var all = new TreeMap<Bytes, Optional<Item>>();
    for (int i = 0; i < 100_000; i++) {
      var key = Bytes.of("file-" + i);
      all.put(key, Optional.of(Item.of(key, Bytes.of("v"))));
    }
    var standard = new KeyTree(records, ChunkLimits.STANDARD);
    var root = standard.apply(Root.EMPTY, all, records);
    var cold = new KeyTree(records, ChunkLimits.STANDARD);
    long reads = records.reads();
    long appends = records.appends();
    var key = Bytes.of("file-50000");
    var edit = new TreeMap<Bytes, Optional<Item>>();
    edit.put(key, Optional.of(Item.of(key, Bytes.of("w"))));
    var changed = cold.apply(root, edit, records);
    assertThat(records.reads() - reads).isLessThan(30);
    assertThat(records.appends() - appends).isLessThan(10);
    reads = records.reads();
    assertThat(new KeyTree(records, ChunkLimits.STANDARD).diff(root, changed))
        .toIterable()
        .hasSize(1);
    assertThat(records.reads() - reads).isLessThan(20);
  }
}
