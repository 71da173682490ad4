package dev.trunkline.planning;

import dev.trunkline.base.Bytes;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Item;
import dev.trunkline.content.KeyTree;
import dev.trunkline.content.Root;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/// Builds a tree from items in any order within a fixed memory: sorted runs are written as trees of
/// their own and merged, so that each item is written a few times and no more.
final class SortedRuns {
  private static final int RUN = 8192;
  private static final int MERGED = 32;

  private final KeyTree keys;
  private final Appender appender;
  private final NavigableMap<Bytes, Optional<Item>> current = new TreeMap<>();
  private final List<Root> runs = new ArrayList<>();

  SortedRuns(KeyTree keys, Appender appender) {
    this.keys = keys;
    this.appender = appender;
  }

  void add(Item item) {
    current.put(item.key(), Optional.of(item));
    if (current.size() >= RUN) {
      flush();
    }
  }

  private void flush() {
    runs.add(keys.apply(Root.EMPTY, current, appender));
    current.clear();
    if (runs.size() == MERGED) {
      var merged = merge();
      runs.clear();
      runs.add(merged);
    }
  }

  /// The tree of all that was added.
  Root finish() {
    flush();
    return runs.size() == 1 ? runs.getFirst() : merge();
  }

  private Root merge() {
    var heads = new PriorityQueue<Head>(Comparator.comparing(head -> head.item.key()));
    for (var run : runs) {
      Head.of(keys.scan(run, Bytes.EMPTY)).ifPresent(heads::add);
    }
    var root = Root.EMPTY;
    var batch = new TreeMap<Bytes, Optional<Item>>();
    while (!heads.isEmpty()) {
      var head = heads.poll();
      batch.put(head.item.key(), Optional.of(head.item));
      Head.of(head.rest).ifPresent(heads::add);
      if (batch.size() >= RUN) {
        root = keys.apply(root, batch, appender);
        batch.clear();
      }
    }
    return keys.apply(root, batch, appender);
  }

  private record Head(Item item, Iterator<Item> rest) {
    static Optional<Head> of(Iterator<Item> items) {
      return items.hasNext() ? Optional.of(new Head(items.next(), items)) : Optional.empty();
    }
  }
}
