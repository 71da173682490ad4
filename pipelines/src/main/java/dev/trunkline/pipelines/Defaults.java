package dev.trunkline.pipelines;

import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.Change;
import java.time.Instant;
import java.util.Optional;

/// The texts that stand below the specs of users: one for all pipelines, and one a project.
public final class Defaults {
  private static final String CLUSTER = "";
  private static final String NOTHING = "{}";

  private Defaults() {}

  /// The text for all pipelines as it was set; `{}` where it never was.
  public static String cluster(Tx tx) {
    return DefaultsRows.find(tx, CLUSTER).map(Text::json).orElse(NOTHING);
  }

  /// The text for a project as it was set, where it was.
  public static Optional<Text> project(Tx tx, String project) {
    return DefaultsRows.find(tx, project);
  }

  /// Sets the text for all pipelines.
  public static void setCluster(Change change, String json) {
    DefaultsRows.set(change.tx(), CLUSTER, json);
  }

  /// Sets the text for a project that exists.
  public static void setProject(Change change, String project, String json) {
    DefaultsRows.set(change.tx(), project, json);
  }

  /// Forgets every text.
  public static void clear(Change change) {
    DefaultsRows.clear(change.tx());
  }

  /// A text that was set, and when it first was.
  public record Text(String json, Instant created) {}
}
