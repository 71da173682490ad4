@NullMarked
package dev.trunkline.objects;

import org.jspecify.annotations.NullMarked;
