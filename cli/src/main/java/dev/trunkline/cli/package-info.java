/// The command line, in the spellings of 1.7 and of 2.12. Knows only the wire: whatever it does,
/// any client can do.
@NullMarked
package dev.trunkline.cli;

import org.jspecify.annotations.NullMarked;
