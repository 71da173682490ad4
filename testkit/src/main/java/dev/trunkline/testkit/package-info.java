/// What tests share: seeds that can be replayed, and waiting with a deadline. Never part of the
/// product.
@NullMarked
package dev.trunkline.testkit;

import org.jspecify.annotations.NullMarked;
