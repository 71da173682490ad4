@NullMarked
package dev.trunkline.metadata;

import org.jspecify.annotations.NullMarked;
