/// The tests of the one port, against a real server on loopback.
@NullMarked
package dev.trunkline.gateway;

import org.jspecify.annotations.NullMarked;
