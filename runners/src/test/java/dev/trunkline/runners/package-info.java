@NullMarked
package dev.trunkline.runners;

import org.jspecify.annotations.NullMarked;
