/// The tests of the command line: real commands against a server of canned answers.
@NullMarked
package dev.trunkline.cli;

import org.jspecify.annotations.NullMarked;
