/// From an input spec to datums: pure functions over trees.
@NullMarked
package dev.trunkline.planning;

import org.jspecify.annotations.NullMarked;
