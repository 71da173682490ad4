package dev.trunkline.versions;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/// What commits were made from, for many commits at once.
public final class Provenance {
  private final Versions versions;

  /// Looks at these versions.
  public Provenance(Versions versions) {
    this.versions = versions;
  }

  /// The direct provenance of every commit of a user repo in these sets, in its order; one
  /// statement. Commits without any are absent.
  public Map<CommitName, List<CommitName>> ofSets(Collection<String> ids) {
    return ids.isEmpty() ? Map.of() : versions.read(tx -> ProvenanceRows.ofSets(tx, ids));
  }
}
