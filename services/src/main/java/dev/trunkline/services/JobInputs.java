package dev.trunkline.services;

import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.planning.Datum;
import dev.trunkline.planning.Input;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What the inputs of a job read.
///
/// @param leaves of the input, in their order
/// @param commits those that the output commit follows from, by their repo
record JobInputs(List<Input.Pfs> leaves, Map<RepoName, CommitName> commits) {
  /// The commit that a part of a datum was found in. Siblings in a union may share a name, so its
  /// place decides; a part that an earlier version of the pipeline has found may have another place
  /// now, and is told by its name.
  Optional<CommitName> commit(Datum.Part part) {
    return Stream.concat(leaves.stream().skip(part.leaf()).limit(1), leaves.stream())
        .filter(leaf -> leaf.name().equals(part.name()))
        .findFirst()
        .map(leaf -> commits.get(Pipelines.repo(leaf)));
  }
}
