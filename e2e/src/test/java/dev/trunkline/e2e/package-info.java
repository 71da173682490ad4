@NullMarked
package dev.trunkline.e2e;

import org.jspecify.annotations.NullMarked;
