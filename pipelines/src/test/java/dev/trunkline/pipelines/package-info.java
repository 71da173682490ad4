@NullMarked
package dev.trunkline.pipelines;

import org.jspecify.annotations.NullMarked;
