package dev.trunkline.cli;

import java.io.InputStream;
import java.io.PrintStream;

/// Where a command reads from and prints to.
///
/// @param terminal whether a person watches `err`
record Streams(InputStream in, PrintStream out, PrintStream err, boolean terminal) {}
