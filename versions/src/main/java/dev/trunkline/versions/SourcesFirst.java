package dev.trunkline.versions;

import dev.trunkline.metadata.Tx;
import dev.trunkline.versions.CommitRows.CommitRow;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The order in which every commit comes after those that it was made from, and else as it was.
///
/// Most commits were created in it. A branch that gets a further source within a change keeps its
/// commit of that change, so that the commit of the source may be the younger one.
final class SourcesFirst {
  private final Map<Long, CommitRow> commits = new LinkedHashMap<>();
  private final Map<Long, List<Long>> sources;
  private final Set<Long> sorted = new LinkedHashSet<>();

  private SourcesFirst(Tx tx, List<CommitRow> rows) {
    rows.forEach(row -> commits.put(row.key(), row));
    sources = CommitEdgeRows.sources(tx, commits.keySet());
  }

  static List<CommitRow> sort(Tx tx, List<CommitRow> rows) {
    var order = new SourcesFirst(tx, rows);
    rows.forEach(row -> order.add(row.key()));
    return order.sorted.stream().map(order.commits::get).toList();
  }

  private void add(long commit) {
    if (commits.containsKey(commit) && !sorted.contains(commit)) {
      sources.getOrDefault(commit, List.of()).forEach(this::add);
      sorted.add(commit);
    }
  }
}
