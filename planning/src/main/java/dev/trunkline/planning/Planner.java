package dev.trunkline.planning;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Check;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Item;
import dev.trunkline.content.Ref;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import java.util.List;

/// Computes PLAN: from an earlier plan of the same input where there is one, in full otherwise.
public final class Planner {
  private final Trees trees;

  /// Plans over trees of this store.
  public Planner(Trees trees) {
    this.trees = trees;
  }

  /// The plan of `input` from nothing: its leaf number `n` sees `inputs.get(n)`. Costs a walk over
  /// what the globs may match.
  public Plan full(Input input, List<Root> inputs, Appender appender) {
    return new FullPlan(trees, input, inputs, appender).plan();
  }

  /// The same plan, derived from one that saw other trees. Costs the entries that differ and the
  /// datums that change with them.
  public Plan update(Plan origin, Input input, List<Root> inputs, Appender appender) {
    Check.that(origin.inputs().size() == inputs.size(), "a plan saw as many trees as there are");
    return new PlanDelta(trees, input, origin, appender).apply(inputs);
  }

  /// The datum that an item of a plan stands for.
  public Datum datum(Item item) {
    return new Datum(Hash.of(item.key().array()), item.content(), parts(item.value(), item.refs()));
  }

  /// The inputs that the value of an item of a plan records.
  public List<Datum.Part> parts(Bytes value, List<Ref> refs) {
    return Elements.parts(trees, value, refs);
  }

  /// The entry that a part of a datum names.
  public Entry entry(Datum.Part part, List<Root> inputs) {
    return trees
        .stat(inputs.get(part.leaf()), FilePath.clean(part.path()))
        .orElseThrow(() -> new AssertionError("a plan names entries of its inputs: " + part));
  }
}
