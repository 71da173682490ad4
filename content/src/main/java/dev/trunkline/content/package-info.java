/// Bytes and trees: chunks, packs, nodes, file sets and commit trees. Knows no SQL and no
/// repositories.
///
/// `docs/format/` describes every byte that this room writes.
@NullMarked
package dev.trunkline.content;

import org.jspecify.annotations.NullMarked;
