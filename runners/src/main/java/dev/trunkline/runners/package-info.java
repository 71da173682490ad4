/// Where user code runs: sandboxes of this machine.
@NullMarked
package dev.trunkline.runners;

import org.jspecify.annotations.NullMarked;
