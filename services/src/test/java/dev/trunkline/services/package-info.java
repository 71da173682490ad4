@NullMarked
package dev.trunkline.services;

import org.jspecify.annotations.NullMarked;
