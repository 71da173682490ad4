package dev.trunkline.versions;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A branch as it is; `provenance` and `subvenance` are transitive, nearest first.
///
/// @param never those of its direct provenance whose commits make none here
public record BranchInfo(
    BranchName name,
    CommitName head,
    List<BranchName> directProvenance,
    List<BranchName> never,
    List<BranchName> provenance,
    List<BranchName> subvenance,
    Optional<Trigger> trigger,
    Map<String, String> metadata,
    Instant created,
    Instant updated,
    String createdBy) {}
