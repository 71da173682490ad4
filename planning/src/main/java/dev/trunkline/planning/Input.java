package dev.trunkline.planning;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What a pipeline reads, and how that becomes datums.
public sealed interface Input {
  /// The name of the first leaf, by which siblings are sorted.
  String name();

  /// The leaves, in order.
  Stream<Pfs> leaves();

  /// The entries of a branch that a glob matches, one datum each.
  ///
  /// @param reference changes of content do not make a datum run again
  record Pfs(
      String name,
      String project,
      String repo,
      String type,
      String branch,
      String glob,
      boolean reference)
      implements Input {
    @Override
    public Stream<Pfs> leaves() {
      return Stream.of(this);
    }
  }

  /// Every combination of the children's datums.
  record Cross(List<Input> children) implements Input {
    /// Sorts the children by name.
    public Cross {
      children = sorted(children);
    }

    @Override
    public String name() {
      return children.getFirst().name();
    }

    @Override
    public Stream<Pfs> leaves() {
      return children.stream().flatMap(Input::leaves);
    }
  }

  /// The datums of any child.
  record Union(List<Input> children) implements Input {
    /// Sorts the children by name.
    public Union {
      children = sorted(children);
    }

    @Override
    public String name() {
      return children.getFirst().name();
    }

    @Override
    public Stream<Pfs> leaves() {
      return children.stream().flatMap(Input::leaves);
    }
  }

  private static List<Input> sorted(List<Input> children) {
    return children.stream().sorted(Comparator.comparing(Input::name)).toList();
  }
}
