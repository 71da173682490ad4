package dev.trunkline.base;

/// Which Trunkline this is.
public final class Release {
  private static final String VERSION = "0.1.0";

  private Release() {}

  /// Our own version, that of the API apart.
  public static String version() {
    return VERSION;
  }
}
