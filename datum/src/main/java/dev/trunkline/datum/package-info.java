/// One datum on a worker: its files are laid out under `/pfs`, the agent runs the program, and what
/// it left in `/pfs/out` becomes a file set. Knows nothing of jobs.
@NullMarked
package dev.trunkline.datum;

import org.jspecify.annotations.NullMarked;
