package dev.trunkline.planning;

import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The combinations of the elements in a cross's arrangement, one at a time.
final class Combinations {
  private final Elements elements;
  private final Arrangements arrangements;
  private final PlanNode.Composite node;
  private final Root arrangement;

  Combinations(
      Elements elements, Arrangements arrangements, PlanNode.Composite node, Root arrangement) {
    this.elements = elements;
    this.arrangements = arrangements;
    this.node = node;
    this.arrangement = arrangement;
  }

  /// All of them.
  void all(Consumer<List<Datum.Part>> sink) {
    if (complete(-1)) {
      extend(0, -1, List.of(), List.of(), sink);
    }
  }

  /// Those in which the child `child` has `element`.
  void with(int child, Item element, Consumer<List<Datum.Part>> sink) {
    if (complete(child)) {
      extend(0, child, elements.parts(element), List.of(), sink);
    }
  }

  /// Whether every child but one has elements: without that nothing is worth a walk.
  private boolean complete(int but) {
    for (int i = 0; i < node.children().size(); i++) {
      if (i != but && !arrangements.child(arrangement, i).hasNext()) {
        return false;
      }
    }
    return true;
  }

  private void extend(
      int child,
      int fixed,
      List<Datum.Part> parts,
      List<Datum.Part> before,
      Consumer<List<Datum.Part>> sink) {
    if (child == node.children().size()) {
      sink.accept(before);
    } else if (child == fixed) {
      extend(child + 1, fixed, parts, joined(before, parts), sink);
    } else {
      for (var items = arrangements.child(arrangement, child); items.hasNext(); ) {
        var longer = joined(before, elements.parts(items.next()));
        extend(child + 1, fixed, parts, longer, sink);
      }
    }
  }

  private static List<Datum.Part> joined(List<Datum.Part> left, List<Datum.Part> right) {
    var all = new ArrayList<>(left);
    all.addAll(right);
    return all;
  }
}
