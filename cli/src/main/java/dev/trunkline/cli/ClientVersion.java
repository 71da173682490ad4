package dev.trunkline.cli;

import dev.trunkline.base.Release;

/// The versions that need no server to tell; kept apart so that telling them loads nothing else.
final class ClientVersion {
  /// The API that is spoken, which clients compare.
  static final String SPOKEN = "2.12.2";

  private ClientVersion() {}

  /// A line of the version table: cells of at least 20.
  static String row(String component, String version) {
    return cell(component) + cell(version);
  }

  private static String cell(String text) {
    return text + " ".repeat(Math.max(3, 20 - text.length()));
  }

  /// The lines that `version --client-only` prints.
  static String text() {
    return String.join(
        "\n",
        row("COMPONENT", "VERSION"),
        row("pachctl", SPOKEN),
        row("trunkline", Release.version()));
  }
}
