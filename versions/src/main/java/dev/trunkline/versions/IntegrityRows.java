package dev.trunkline.versions;

import dev.trunkline.metadata.Tx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Looks through all tables for rows that contradict each other.
final class IntegrityRows {
  private static final int MOST = 1000;

  /// What is wrong, and the query for the objects with which it is.
  private static final Map<String, String> CHECKS = new LinkedHashMap<>();

  static {
    CHECKS.put(
        "the head of branch %s is a commit of another repo",
        """
        select b.name as name from versions_branches b
        join versions_commits c on c.id = b.head where c.repo <> b.repo
        """);
    CHECKS.put(
        "the parent of commit %s does not exist in its repo",
        """
        select c.set_id as name from versions_commits c
        left join versions_commits p on p.id = c.parent and p.repo = c.repo
        where c.parent is not null and p.id is null
        """);
    CHECKS.put(
        "commit %s was made from a commit that does not exist",
        """
        select c.set_id as name from versions_commit_provenance e
        join versions_commits c on c.id = e.commit_id
        left join versions_commits u on u.id = e.upstream where u.id is null
        """);
    CHECKS.put(
        "commit %s is finished and has no files",
        """
        select c.set_id as name from versions_commits c
        where c.finished is not null and c.total is null and c.forgotten = false
        """);
    CHECKS.put(
        "branch %s was made from a branch that does not exist",
        """
        select b.name as name from versions_branch_provenance e
        join versions_branches b on b.id = e.branch
        left join versions_branches u on u.id = e.upstream where u.id is null
        """);
  }

  private IntegrityRows() {}

  static List<String> problems(Tx tx) {
    var problems = new ArrayList<String>();
    CHECKS.forEach((text, query) ->
        tx.handle()
            .createQuery(query + " limit " + MOST)
            .mapTo(String.class)
            .forEach(name -> problems.add(text.formatted(name))));
    return problems;
  }
}
