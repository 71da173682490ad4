package dev.trunkline.planning;

import dev.trunkline.base.Glob;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The datums that an input would have, one after the other as they are found: nothing is kept and
/// nothing is written, so equal datums of several children appear several times.
public final class InputWalk {
  private final Trees trees;
  private final Map<Input.Pfs, Root> roots;

  /// Walks over trees of this store; a leaf that is not in `roots` sees nothing.
  public InputWalk(Trees trees, Map<Input.Pfs, Root> roots) {
    this.trees = trees;
    this.roots = Map.copyOf(roots);
  }

  /// Gives `sink` every datum of `input` as long as it wants more; false where it did not.
  public boolean each(Input input, Predicate<List<Found>> sink) {
    return each(input, List.of(), sink);
  }

  private boolean each(Input input, List<Found> before, Predicate<List<Found>> sink) {
    return switch (input) {
      case Input.Pfs leaf -> matches(leaf, before, sink);
      case Input.Cross cross -> cross(cross.children(), before, sink);
      case Input.Union union -> {
        boolean more = true;
        for (var child : union.children()) {
          more = more && each(child, before, sink);
        }
        yield more;
      }
    };
  }

  private boolean cross(List<Input> children, List<Found> before, Predicate<List<Found>> sink) {
    if (children.isEmpty()) {
      return sink.test(before);
    }
    var rest = children.subList(1, children.size());
    return each(children.getFirst(), before, found -> cross(rest, found, sink));
  }

  private boolean matches(Input.Pfs leaf, List<Found> before, Predicate<List<Found>> sink) {
    var glob = Glob.compile(leaf.glob());
    var root = roots.getOrDefault(leaf, Root.EMPTY);
    for (var entries = trees.walk(root, glob::mayMatchBelow); entries.hasNext(); ) {
      var entry = entries.next();
      if (glob.matches(entry.path())) {
        var found = new ArrayList<>(before);
        found.add(new Found(leaf, entry));
        if (!sink.test(found)) {
          return false;
        }
      }
    }
    return true;
  }

  /// The id of a datum.
  public static Hash id(List<Found> datum) {
    var id = new DatumId();
    datum.forEach(found -> id.add(found.leaf, found.entry.shown()));
    return id.finish();
  }

  /// An entry of an input.
  public record Found(Input.Pfs leaf, Entry entry) {}
}
