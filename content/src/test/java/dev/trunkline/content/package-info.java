@NullMarked
package dev.trunkline.content;

import org.jspecify.annotations.NullMarked;
