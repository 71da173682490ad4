package dev.trunkline.planning;

import dev.trunkline.base.Glob;
import java.util.ArrayList;
import java.util.List;

/// An input with its parts numbered: leaves and composites each in the order of the spec.
sealed interface PlanNode {
  /// Entries of one tree.
  record Leaf(int number, Input.Pfs input, Glob glob) implements PlanNode {}

  /// Children put together; `number` is that of its arrangement.
  record Composite(int number, boolean cross, List<PlanNode> children) implements PlanNode {}

  /// Numbers the parts of `input`.
  static PlanNode of(Input input) {
    return number(input, new int[1], new int[1]);
  }

  private static PlanNode number(Input input, int[] leaves, int[] composites) {
    return switch (input) {
      case Input.Pfs leaf -> new Leaf(leaves[0]++, leaf, Glob.compile(leaf.glob()));
      case Input.Union union -> composite(false, union.children(), leaves, composites);
      case Input.Cross cross -> composite(true, cross.children(), leaves, composites);
    };
  }

  private static PlanNode composite(
      boolean cross, List<Input> inputs, int[] leaves, int[] composites) {
    int number = composites[0]++;
    var children = new ArrayList<PlanNode>();
    inputs.forEach(child -> children.add(number(child, leaves, composites)));
    return new Composite(number, cross, children);
  }

  /// How many arrangements the node and those below it keep.
  default int composites() {
    return switch (this) {
      case Leaf _ -> 0;
      case Composite composite ->
          1 + composite.children().stream().mapToInt(PlanNode::composites).sum();
    };
  }
}
