/// Where the program begins: configuration becomes objects, objects become a running server.
@NullMarked
package dev.trunkline.server;

import org.jspecify.annotations.NullMarked;
