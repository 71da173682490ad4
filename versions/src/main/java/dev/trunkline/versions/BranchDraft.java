package dev.trunkline.versions;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How a branch is to be.
///
/// @param head where to move it; empty where it stays, or begins empty
/// @param provenance what it is made from: all of it, for what is not named here is no source any
///   more
/// @param never those sources whose commits make no commit here
/// @param trigger replaces the one it has; empty keeps that
public record BranchDraft(
    BranchName name,
    Optional<CommitHandle> head,
    List<BranchName> provenance,
    Set<BranchName> never,
    Optional<Trigger> trigger) {
  /// Copies what it is given.
  public BranchDraft {
    provenance = List.copyOf(provenance);
    never = Set.copyOf(never);
  }
}
