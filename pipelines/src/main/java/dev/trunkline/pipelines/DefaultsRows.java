package dev.trunkline.pipelines;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Tx;
import java.util.Optional;

/// The table of defaults.
final class DefaultsRows {
  private DefaultsRows() {}

  static Optional<Defaults.Text> find(Tx tx, String project) {
    return tx.handle()
        .createQuery("select json, created from pipelines_defaults where project = :project")
        .bind("project", project)
        .map((rs, _) ->
            new Defaults.Text(rs.getString("json"), Clock.ofMicros(rs.getLong("created"))))
        .findOne();
  }

  static void set(Tx tx, String project, String json) {
    tx.handle()
        .createUpdate(
            """
            insert into pipelines_defaults (project, json, created) values (:project, :json, :now)
            on conflict (project) do update set json = excluded.json
            """)
        .bind("project", project)
        .bind("json", json)
        .bind("now", tx.micros())
        .execute();
  }

  static void clear(Tx tx) {
    tx.handle().execute("delete from pipelines_defaults");
  }
}
