package dev.trunkline.versions;

import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Edges between commits, read for whole sets.
final class ProvenanceRows {
  private ProvenanceRows() {}

  static Map<CommitName, List<CommitName>> ofSets(Tx tx, Collection<String> ids) {
    var found = new HashMap<CommitName, List<CommitName>>();
    tx.handle()
        .createQuery(
            """
            select r.project, r.name, r.type, c.set_id,
              ur.project as up_project, ur.name as up_name, ur.type as up_type, u.set_id as up_set
            from versions_commits c
            join versions_repos r on r.id = c.repo
            join versions_commit_provenance p on p.commit_id = c.id
            join versions_commits u on u.id = p.upstream
            join versions_repos ur on ur.id = u.repo
            where c.set_id in (<ids>) and r.deleted = false and r.type = 'user'
            order by c.id, p.ordinal
            """)
        .bindList("ids", List.copyOf(ids))
        .map((rs, _) -> Map.entry(name(rs, "", "set_id"), name(rs, "up_", "up_set")))
        .forEach(edge ->
            found.computeIfAbsent(edge.getKey(), _ -> new ArrayList<>()).add(edge.getValue()));
    return found;
  }

  private static CommitName name(ResultSet rs, String prefix, String set) throws SQLException {
    var repo =
        new RepoName(
            rs.getString(prefix + "project"),
            rs.getString(prefix + "name"),
            rs.getString(prefix + "type"));
    return new CommitName(repo, rs.getString(set));
  }
}
