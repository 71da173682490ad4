package dev.trunkline.versions;

import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tables of projects and repos.
final class RepoRows {
  private RepoRows() {}

  static boolean insertProject(Tx tx, String name, String description) {
    return tx.handle()
            .createUpdate(
                """
                insert into versions_projects (name, description, created, created_by)
                values (:name, :description, :now, '')
                on conflict (name) where deleted = false do nothing
                """)
            .bind("name", name)
            .bind("description", description)
            .bind("now", tx.micros())
            .execute()
        == 1;
  }

  /// Makes a project where there never was one.
  static boolean insertFirstProject(Tx tx, String name) {
    int all =
        tx.handle()
            .createQuery("select count(*) from versions_projects")
            .mapTo(Integer.class)
            .one();
    return all == 0 && insertProject(tx, name, "");
  }

  static boolean updateProject(Tx tx, String name, String description) {
    return tx.handle()
            .createUpdate(
                """
                update versions_projects set description = :description
                where name = :name and deleted = false
                """)
            .bind("name", name)
            .bind("description", description)
            .execute()
        == 1;
  }

  static void deleteProject(Tx tx, String name) {
    tx.handle()
        .createUpdate("update versions_projects set deleted = true where name = :name")
        .bind("name", name)
        .execute();
  }

  static List<ProjectRow> projects(Tx tx) {
    return tx.handle()
        .createQuery("select * from versions_projects where deleted = false order by id")
        .map((rs, _) -> project(rs))
        .list();
  }

  static Optional<ProjectRow> project(Tx tx, String name) {
    return tx.handle()
        .createQuery("select * from versions_projects where deleted = false and name = :name")
        .bind("name", name)
        .map((rs, _) -> project(rs))
        .findOne();
  }

  private static ProjectRow project(ResultSet rs) throws SQLException {
    return new ProjectRow(
        rs.getLong("id"),
        rs.getString("name"),
        rs.getString("description"),
        rs.getLong("created"),
        rs.getString("created_by"));
  }

  static boolean insert(Tx tx, RepoName repo, String description) {
    return tx.handle()
            .createUpdate(
                """
                insert into versions_repos (project, name, type, description, created, created_by)
                values (:project, :name, :type, :description, :now, '')
                on conflict (project, name, type) where deleted = false do nothing
                """)
            .bindMethods(repo)
            .bind("description", description)
            .bind("now", tx.micros())
            .execute()
        == 1;
  }

  static void describe(Tx tx, long key, String description) {
    tx.handle()
        .createUpdate("update versions_repos set description = :description where id = :id")
        .bind("description", description)
        .bind("id", key)
        .execute();
  }

  static Optional<RepoRow> find(Tx tx, RepoName repo) {
    return tx.handle()
        .createQuery(
            """
            select * from versions_repos
            where project = :project and name = :name and type = :type and deleted = false
            """)
        .bindMethods(repo)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  static Optional<RepoRow> find(Tx tx, long key) {
    return tx.handle()
        .createQuery("select * from versions_repos where id = :id")
        .bind("id", key)
        .map((rs, _) -> row(rs))
        .findOne();
  }

  /// Live repos by project, name and type.
  static List<RepoRow> all(Tx tx) {
    return list(tx, new Filter("", List.of(), Long.MAX_VALUE, 0));
  }

  static List<RepoRow> list(Tx tx, Filter filter) {
    var query =
        tx.handle()
            .createQuery(
                "select * from versions_repos where deleted = false"
                    + (filter.type.isEmpty() ? "" : " and type = :type")
                    + (filter.projects.isEmpty() ? "" : " and project in (<projects>)")
                    + " order by project, name, type limit :limit offset :offset")
            .bind("limit", filter.limit)
            .bind("offset", filter.offset);
    if (!filter.type.isEmpty()) {
      query.bind("type", filter.type);
    }
    if (!filter.projects.isEmpty()) {
      query.bindList("projects", filter.projects);
    }
    return query.map((rs, _) -> row(rs)).list();
  }

  /// The names of the branches of repos, newest first, and what the head of `master` is.
  static Map<Long, List<Head>> heads(Tx tx, List<Long> repos) {
    var heads = new HashMap<Long, List<Head>>();
    if (repos.isEmpty()) {
      return heads;
    }
    tx.handle()
        .createQuery(
            """
            select b.repo, b.name, case when b.name = 'master' then c.total end as total
            from versions_branches b join versions_commits c on c.id = b.head
            where b.repo in (<ids>) order by b.id desc
            """)
        .bindList("ids", repos)
        .map((rs, _) ->
            heads
                .computeIfAbsent(rs.getLong("repo"), _ -> new ArrayList<>())
                .add(
                    new Head(
                        rs.getString("name"),
                        Optional.ofNullable(rs.getBytes("total"))
                            .map(Root::decode)
                            .map(root -> root.summary().bytes())
                            .orElse(0L))))
        .list();
    return heads;
  }

  static void delete(Tx tx, long key) {
    tx.handle()
        .createUpdate("update versions_repos set deleted = true where id = :id")
        .bind("id", key)
        .execute();
  }

  private static RepoRow row(ResultSet rs) throws SQLException {
    return new RepoRow(
        rs.getLong("id"),
        new RepoName(rs.getString("project"), rs.getString("name"), rs.getString("type")),
        rs.getString("description"),
        rs.getLong("created"));
  }

  /// A live repo.
  record RepoRow(long key, RepoName name, String description, long created) {}

  /// A live project.
  record ProjectRow(long key, String name, String description, long created, String createdBy) {}

  /// A branch; the size in bytes of what it shows, where it is `master`.
  record Head(String branch, long size) {}

  /// Which repos are wanted; an empty type or no projects mean all.
  record Filter(String type, List<String> projects, long limit, long offset) {}
}
