@NullMarked
package dev.trunkline.planning;

import org.jspecify.annotations.NullMarked;
