package dev.trunkline.versions;

import java.time.Instant;
import java.util.List;

/// A branch as it is; `provenance` and `subvenance` are transitive, nearest first.
public record BranchInfo(
    BranchName name,
    CommitName head,
    List<BranchName> directProvenance,
    List<BranchName> provenance,
    List<BranchName> subvenance,
    Instant created,
    Instant updated,
    String createdBy) {}
