/// Measures the packaged product beside its peers, as ratios inside one run: what `./dev bench`
/// runs. Never part of the product, and never asserts.
@NullMarked
package dev.trunkline.bench;

import org.jspecify.annotations.NullMarked;
