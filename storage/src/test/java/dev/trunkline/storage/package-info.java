@NullMarked
package dev.trunkline.storage;

import org.jspecify.annotations.NullMarked;
