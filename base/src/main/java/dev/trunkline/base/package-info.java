/// What every other room stands on: ids, hashes, paths, globs, the clock, threads and failures. No
/// I/O.
@NullMarked
package dev.trunkline.base;

import org.jspecify.annotations.NullMarked;
