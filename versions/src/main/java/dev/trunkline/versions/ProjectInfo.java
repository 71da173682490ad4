package dev.trunkline.versions;

import java.time.Instant;

/// A project as it is.
public record ProjectInfo(String name, String description, Instant created, String createdBy) {}
