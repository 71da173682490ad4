package dev.trunkline.base;

/// Assertions that are always on: a failed one is a bug of ours, and the component that meets it
/// stops.
public final class Check {
  private Check() {}

  /// Throws [BrokenInvariant] with `invariant` unless `holds`.
  public static void that(boolean holds, String invariant) {
    if (!holds) {
      throw new BrokenInvariant(invariant);
    }
  }

  /// Returns `value`, or throws [BrokenInvariant] with `invariant` where it is null.
  public static <T> T present(@org.jspecify.annotations.Nullable T value, String invariant) {
    if (value == null) {
      throw new BrokenInvariant(invariant);
    }
    return value;
  }

  /// A promise that our own code made to itself and broke.
  public static final class BrokenInvariant extends Error {
    private static final long serialVersionUID = 1L;

    BrokenInvariant(String invariant) {
      super(invariant);
    }
  }
}
