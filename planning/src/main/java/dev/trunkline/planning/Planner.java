package dev.trunkline.planning;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Computes PLAN: the datums of a job as a tree from id to content, canonical for the inputs'
/// content.
///
/// The plan is made in full from the trees of the inputs, in batches; what has to run is then the
/// difference of two plans.
public final class Planner {
  private static final int BATCH = 4096;

  private final Trees trees;

  /// Plans over trees of this store.
  public Planner(Trees trees) {
    this.trees = trees;
  }

  /// The plan of `input` where the leaf called `name` sees the tree `roots.get(name)`.
  public Root plan(Input input, Map<String, Root> roots, Appender appender) {
    var batch = new TreeMap<Bytes, Optional<Item>>();
    var plan = new Root[] {Root.EMPTY};
    each(
        input,
        roots,
        List.of(),
        parts -> {
          var item = Datum.of(parts).item();
          batch.put(item.key(), Optional.of(item));
          if (batch.size() >= BATCH) {
            plan[0] = trees.keys().apply(plan[0], batch, appender);
            batch.clear();
          }
        });
    return trees.keys().apply(plan[0], batch, appender);
  }

  private void each(
      Input input,
      Map<String, Root> roots,
      List<Datum.Part> before,
      Consumer<List<Datum.Part>> sink) {
    switch (input) {
      case Input.Pfs leaf -> matches(leaf, roots, part -> sink.accept(with(before, part)));
      case Input.Union union -> union.children().forEach(c -> each(c, roots, before, sink));
      case Input.Cross cross -> cross(cross.children(), roots, before, sink);
    }
  }

  private void cross(
      List<Input> children,
      Map<String, Root> roots,
      List<Datum.Part> before,
      Consumer<List<Datum.Part>> sink) {
    if (children.isEmpty()) {
      sink.accept(before);
      return;
    }
    var rest = children.subList(1, children.size());
    each(children.getFirst(), roots, before, parts -> cross(rest, roots, parts, sink));
  }

  private static List<Datum.Part> with(List<Datum.Part> before, Datum.Part part) {
    var parts = new ArrayList<>(before);
    parts.add(part);
    return parts;
  }

  private void matches(Input.Pfs leaf, Map<String, Root> roots, Consumer<Datum.Part> sink) {
    var glob = Glob.compile(leaf.glob());
    var root = roots.getOrDefault(leaf.name(), Root.EMPTY);
    for (var entries = trees.walk(root, glob::mayMatchBelow); entries.hasNext(); ) {
      var entry = entries.next();
      if (glob.matches(entry.path())) {
        sink.accept(new Datum.Part(leaf, entry.shown(), entry.hash()));
      }
    }
  }

  /// The entry that a part of a datum names.
  public Entry entry(Datum.Part part, Map<String, Root> roots) {
    return trees
        .stat(roots.getOrDefault(part.input().name(), Root.EMPTY), FilePath.clean(part.path()))
        .orElseThrow();
  }
}
