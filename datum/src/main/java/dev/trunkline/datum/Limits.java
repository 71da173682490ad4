package dev.trunkline.datum;

/// What a program may use, all its processes together.
///
/// @param memoryBytes 0 for as much as there is
/// @param cpus how many processors' time, which may be a fraction; 0 for as much as there is
public record Limits(long memoryBytes, double cpus) {
  /// As much as there is.
  public static final Limits NONE = new Limits(0, 0);

  /// Whether there is one.
  public boolean any() {
    return memoryBytes > 0 || cpus > 0;
  }
}
