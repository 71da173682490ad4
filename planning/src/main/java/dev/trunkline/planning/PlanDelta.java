package dev.trunkline.planning;

import dev.trunkline.base.Bytes;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// A plan derived from an earlier one, as a database maintains a view.
///
/// 1. A leaf turns the difference of its two trees into elements that changed or went.
/// 2. A composite node takes its children's changes child by child, in batches. For each batch it
///    gives what follows, judged by its arrangement as it stands, and then arranges the batch. So
///    of two changes that meet, the later one sees the earlier one and neither is missed.
/// 3. A change says what its key stands for afterwards; of several for one key the last one holds.
final class PlanDelta {
  private static final int BATCH = 4096;

  private final Trees trees;
  private final PlanNode root;
  private final Plan origin;
  private final Appender appender;
  private final Elements elements;
  private final Arrangements kept;
  private final List<Root> arrangements;

  PlanDelta(Trees trees, Input input, Plan origin, Appender appender) {
    this.trees = trees;
    this.root = PlanNode.of(input);
    this.origin = origin;
    this.appender = appender;
    this.elements = new Elements(trees, input);
    this.kept = new Arrangements(trees.keys());
    this.arrangements = new ArrayList<>(origin.arrangements());
  }

  Plan apply(List<Root> inputs) {
    var datums = new Root[] {origin.datums()};
    var batch = new Batch(changes -> datums[0] = trees.keys().apply(datums[0], changes, appender));
    changes(root, inputs, batch);
    batch.flush();
    return new Plan(datums[0], inputs, arrangements);
  }

  private void changes(PlanNode node, List<Root> inputs, Sink sink) {
    switch (node) {
      case PlanNode.Leaf leaf -> entries(leaf, inputs, sink);
      case PlanNode.Composite composite -> {
        for (int i = 0; i < composite.children().size(); i++) {
          int child = i;
          var batch = new Batch(changes -> together(composite, child, changes, sink));
          changes(composite.children().get(i), inputs, batch);
          batch.flush();
        }
      }
    }
  }

  private void entries(PlanNode.Leaf leaf, List<Root> inputs, Sink sink) {
    var before = origin.inputs().get(leaf.number());
    var after = inputs.get(leaf.number());
    var changes = trees.diff(before, after, leaf.glob()::mayMatchBelow);
    while (changes.hasNext()) {
      var change = changes.next();
      var entry = change.after().or(change::before).orElseThrow();
      if (leaf.glob().matches(entry.path())) {
        sink.accept(id(leaf, entry), change.after().map(now -> item(leaf, now)));
      }
    }
  }

  private Bytes id(PlanNode.Leaf leaf, Entry entry) {
    return Bytes.of(elements.id(List.of(Elements.part(leaf, entry))).bytes());
  }

  private Item item(PlanNode.Leaf leaf, Entry entry) {
    return elements.item(List.of(Elements.part(leaf, entry)), appender);
  }

  private void together(
      PlanNode.Composite node, int child, NavigableMap<Bytes, Optional<Item>> changes, Sink sink) {
    var arrangement = arrangements.get(node.number());
    var arranged = new TreeMap<Bytes, Optional<Item>>();
    changes.forEach((id, after) -> {
      var key = Arrangements.key(node, child, id);
      var before = trees.keys().get(arrangement, key).map(item -> Arrangements.element(node, item));
      if (before.equals(after)) {
        return;
      }
      arranged.put(key, after.map(item -> Arrangements.keyed(node, child, item)));
      if (node.cross()) {
        var combinations = new Combinations(elements, kept, node, arrangement);
        combinations.with(
            child, after.or(() -> before).orElseThrow(), parts -> combined(parts, after, sink));
      } else {
        sink.accept(id, kept.winner(arrangement, id, child, after));
      }
    });
    arrangements.set(node.number(), trees.keys().apply(arrangement, arranged, appender));
  }

  private void combined(List<Datum.Part> parts, Optional<Item> element, Sink sink) {
    if (element.isPresent()) {
      var item = elements.item(parts, appender);
      sink.accept(item.key(), Optional.of(item));
    } else {
      sink.accept(Bytes.of(elements.id(parts).bytes()), Optional.empty());
    }
  }

  /// Takes what a key stands for from now on; absent where for nothing.
  private interface Sink {
    void accept(Bytes key, Optional<Item> after);
  }

  private interface Flush {
    void accept(NavigableMap<Bytes, Optional<Item>> changes);
  }

  /// Gathers changes up to a fixed number.
  private static final class Batch implements Sink {
    private final NavigableMap<Bytes, Optional<Item>> changes = new TreeMap<>();
    private final Flush flush;

    Batch(Flush flush) {
      this.flush = flush;
    }

    @Override
    public void accept(Bytes key, Optional<Item> after) {
      changes.put(key, after);
      if (changes.size() >= BATCH) {
        flush();
      }
    }

    void flush() {
      flush.accept(changes);
      changes.clear();
    }
  }
}
