/// The tests of the wire: what clients hold on to.
@NullMarked
package dev.trunkline.wire;

import org.jspecify.annotations.NullMarked;
