package dev.trunkline.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Commands of 1.7 and 2.12 that are not here, or not yet: who types one is told so instead of
/// being taken for somebody who mistyped.
final class LaterCommands {
  private static final Set<String> LATER =
      Set.of(
          "auth",
          "buildinfo",
          "check status",
          "completion",
          "config get metrics",
          "config import-kube",
          "config set metrics",
          "create defaults",
          "create secret",
          "create snapshot",
          "debug",
          "debug-dump",
          "delete defaults",
          "delete secret",
          "delete snapshot",
          "delete transaction",
          "draw pipeline",
          "edit metadata",
          "enterprise",
          "finish transaction",
          "fsck",
          "idp",
          "inspect defaults",
          "inspect secret",
          "inspect snapshot",
          "inspect transaction",
          "kube-events",
          "license",
          "list secret",
          "list snapshot",
          "list transaction",
          "logs2",
          "loki",
          "misc",
          "mount",
          "next datum",
          "restart cluster",
          "resume transaction",
          "run pfs-load-test",
          "run pipeline",
          "run pps-load-test",
          "run transaction",
          "shell",
          "start transaction",
          "stop transaction",
          "unmount",
          "update defaults",
          "validate pipeline");

  /// What of `deploy` went to Helm charts.
  private static final List<String> DEPLOYED =
      List.of(
          "amazon",
          "custom",
          "export-images",
          "google",
          "import-images",
          "list-images",
          "microsoft",
          "storage");

  private static final Map<String, String> GONE = gone();

  private LaterCommands() {}

  private static Map<String, String> gone() {
    var gone = new HashMap<String, String>();
    var snapshots = "snapshots took its place, which are not built yet in this version";
    gone.put("extract", snapshots);
    gone.put("restore", snapshots);
    gone.put(
        "garbage-collect",
        "servers free unused data by themselves, which is not built yet in this version");
    gone.put("get-object", "get file prints files, and stored objects have no names of their own");
    gone.put("get-tag", "get file prints files, and tags are no more");
    gone.put("undeploy", "stop the server, and delete its data folder to delete all data");
    gone.put("update-dash", "there is no dashboard beside the server");
    for (var place : DEPLOYED) {
      gone.put(
          "deploy " + place,
          "Helm took its place, which is not built yet in this version; deploy local starts a"
              + " server on this machine");
    }
    return Map.copyOf(gone);
  }

  /// What to say of the command with which `words` begin, where it is one of these. Nouns may stand
  /// in the plural, as in commands that are here.
  static Optional<String> answer(List<String> words) {
    for (int length = Math.min(Cli.WORDS_MAX, words.size()); length > 0; length--) {
      var name = String.join(" ", words.subList(0, length));
      var answer = of(name).or(() -> of(name.replaceFirst("s$", "")));
      if (answer.isPresent()) {
        return answer;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> of(String name) {
    var command = "command \"" + name + "\" is ";
    return LATER.contains(name)
        ? Optional.of(command + "not built yet in this version")
        : Optional.ofNullable(GONE.get(name)).map(why -> command + "gone since 2.0: " + why);
  }
}
