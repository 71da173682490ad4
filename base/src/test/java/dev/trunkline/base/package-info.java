@NullMarked
package dev.trunkline.base;

import org.jspecify.annotations.NullMarked;
