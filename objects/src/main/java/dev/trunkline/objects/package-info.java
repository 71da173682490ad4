/// Where immutable bytes are kept under names: a local folder or memory, and decorators that count
/// calls or cut the world. Knows nothing of what the bytes mean.
@NullMarked
package dev.trunkline.objects;

import org.jspecify.annotations.NullMarked;
