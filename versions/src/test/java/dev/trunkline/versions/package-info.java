@NullMarked
package dev.trunkline.versions;

import org.jspecify.annotations.NullMarked;
