@NullMarked
package dev.trunkline.testkit;

import org.jspecify.annotations.NullMarked;
