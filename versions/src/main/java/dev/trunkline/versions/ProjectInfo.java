package dev.trunkline.versions;

import java.time.Instant;
import java.util.Map;

/// A project as it is.
public record ProjectInfo(
    String name,
    String description,
    Instant created,
    Map<String, String> metadata,
    String createdBy) {}
