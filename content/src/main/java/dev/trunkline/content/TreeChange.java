package dev.trunkline.content;

import java.util.Optional;

/// A path whose content differs between two trees; absent on a side means that the side lacks it.
public record TreeChange(Optional<Entry> before, Optional<Entry> after) {}
