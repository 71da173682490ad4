package dev.trunkline.services;

import dev.trunkline.planning.Datum;
import dev.trunkline.planning.Input;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the inputs of a job read.
///
/// @param leaves of the input, in their order
/// @param commits those that the output commit follows from, by their repo
record JobInputs(List<Input.Pfs> leaves, Map<RepoName, CommitName> commits) {
  /// The commit that a part of a datum was found in. Siblings in a union may share a name, so its
  /// place decides; a part that an earlier version of the pipeline has found may have another place
  /// now, and is told by its name.
  Optional<CommitName> commit(Datum.Part part) {
    var named = leaves.stream().filter(leaf -> leaf.name().equals(part.name())).findFirst();
    boolean placed =
        part.leaf() < leaves.size() && leaves.get(part.leaf()).name().equals(part.name());
    return (placed ? Optional.of(leaves.get(part.leaf())) : named)
        .map(leaf -> commits.get(new RepoName(leaf.project(), leaf.repo(), leaf.type())));
  }
}
