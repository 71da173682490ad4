package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import java.util.Optional;

/// A key whose content differs between two trees; absent on a side means that the side lacks the
/// key.
public record KeyChange(Bytes key, Optional<Item> before, Optional<Item> after) {}
