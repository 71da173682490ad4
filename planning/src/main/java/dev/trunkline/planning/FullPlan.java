package dev.trunkline.planning;

import dev.trunkline.content.Appender;
import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/// A plan made from nothing: every node sorts its children's elements into its arrangement, and
/// gives what a walk over that finds.
final class FullPlan {
  private final Trees trees;
  private final PlanNode root;
  private final List<Root> inputs;
  private final Appender appender;
  private final Elements elements;
  private final Arrangements kept;
  private final List<Root> arrangements;

  FullPlan(Trees trees, Input input, List<Root> inputs, Appender appender) {
    this.trees = trees;
    this.root = PlanNode.of(input);
    this.inputs = inputs;
    this.appender = appender;
    this.elements = new Elements(trees, input);
    this.kept = new Arrangements(trees.keys());
    this.arrangements = new ArrayList<>(Collections.nCopies(root.composites(), Root.EMPTY));
  }

  Plan plan() {
    var datums = new SortedRuns(trees.keys(), appender);
    each(root, datums::add);
    return new Plan(datums.finish(), inputs, arrangements);
  }

  private void each(PlanNode node, Consumer<Item> sink) {
    switch (node) {
      case PlanNode.Leaf leaf -> matches(leaf, sink);
      case PlanNode.Composite composite -> together(composite, sink);
    }
  }

  private void matches(PlanNode.Leaf leaf, Consumer<Item> sink) {
    var tree = inputs.get(leaf.number());
    for (var entries = trees.walk(tree, leaf.glob()::mayMatchBelow); entries.hasNext(); ) {
      var entry = entries.next();
      if (leaf.glob().matches(entry.path())) {
        sink.accept(elements.item(List.of(Elements.part(leaf, entry)), appender));
      }
    }
  }

  private void together(PlanNode.Composite node, Consumer<Item> sink) {
    var runs = new SortedRuns(trees.keys(), appender);
    for (int i = 0; i < node.children().size(); i++) {
      int child = i;
      each(node.children().get(i), item -> runs.add(Arrangements.keyed(node, child, item)));
    }
    var arrangement = runs.finish();
    arrangements.set(node.number(), arrangement);
    if (node.cross()) {
      new Combinations(elements, kept, node, arrangement)
          .all(parts -> sink.accept(elements.item(parts, appender)));
    } else {
      kept.winners(arrangement)
          .forEachRemaining(item -> sink.accept(Arrangements.element(node, item)));
    }
  }
}
