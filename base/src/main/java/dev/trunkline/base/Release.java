package dev.trunkline.base;

/// Which Trunkline this is.
public final class Release {
  /// Our own version, that of the API apart.
  public static final String VERSION = "0.1.0";

  private Release() {}
}
