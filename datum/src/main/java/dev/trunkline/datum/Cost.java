package dev.trunkline.datum;

/// What it took to run a datum.
///
/// @param downloaded bytes of its inputs
/// @param uploaded bytes of its output
/// @param downloadNanos laying out the inputs took, all attempts together
/// @param processNanos the program of the last attempt ran
/// @param uploadNanos taking in the output took
public record Cost(
    long downloaded, long uploaded, long downloadNanos, long processNanos, long uploadNanos) {}
