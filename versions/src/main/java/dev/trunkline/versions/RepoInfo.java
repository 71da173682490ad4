package dev.trunkline.versions;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A repo as it is.
///
/// @param size of the head of `master` in bytes; 0 where there is none or it is not finished
public record RepoInfo(
    RepoName name,
    String description,
    Instant created,
    long size,
    List<String> branches,
    Map<String, String> metadata) {}
