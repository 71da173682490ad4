package dev.trunkline.versions;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
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

  static List<ProjectInfo> projects(Tx tx) {
    return tx.handle()
        .createQuery("select * from versions_projects where deleted = false order by id")
        .map((rs, _) ->
            new ProjectInfo(
                rs.getString("name"),
                rs.getString("description"),
                Clock.ofMicros(rs.getLong("created")),
                rs.getString("created_by")))
        .list();
  }

  static Optional<ProjectInfo> project(Tx tx, String name) {
    return projects(tx).stream().filter(p -> p.name().equals(name)).findFirst();
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

  static List<RepoRow> all(Tx tx) {
    return tx.handle()
        .createQuery(
            "select * from versions_repos where deleted = false order by project, name, type")
        .map((rs, _) -> row(rs))
        .list();
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
}
