package dev.trunkline.cli;

import java.util.List;
import java.util.Set;

/// Commands of 2.12 that have no room here yet: who types one is told so instead of being taken for
/// somebody who mistyped.
final class LaterCommands {
  private static final Set<String> GROUPS =
      Set.of(
          "auth",
          "completion",
          "debug",
          "enterprise",
          "idp",
          "kube-events",
          "license",
          "mount",
          "unmount");

  private static final Set<String> NAMES =
      Set.of(
          "check status",
          "create defaults",
          "create secret",
          "delete defaults",
          "delete secret",
          "delete transaction",
          "draw pipeline",
          "finish transaction",
          "inspect defaults",
          "inspect secret",
          "inspect transaction",
          "list secret",
          "list transaction",
          "resume transaction",
          "run pipeline",
          "start transaction",
          "stop transaction",
          "update defaults",
          "validate pipeline");

  private LaterCommands() {}

  /// Whether `words` begin with the name of such a command.
  static boolean contain(List<String> words) {
    return GROUPS.contains(words.getFirst())
        || NAMES.contains(String.join(" ", words.subList(0, Math.min(2, words.size()))));
  }
}
