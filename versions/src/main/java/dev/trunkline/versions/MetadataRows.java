package dev.trunkline.versions;

import dev.trunkline.metadata.Tx;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The table of what users noted about objects.
final class MetadataRows {
  static final String PROJECT = "project";
  static final String REPO = "repo";
  static final String BRANCH = "branch";
  static final String COMMIT = "commit";
  static final String CLUSTER = "cluster";

  private MetadataRows() {}

  static Map<Long, Map<String, String>> of(Tx tx, String kind, Collection<Long> objects) {
    var found = new HashMap<Long, Map<String, String>>();
    if (objects.isEmpty()) {
      return found;
    }
    tx.handle()
        .createQuery(
            "select object, name, value from versions_metadata where kind = :kind and object in"
                + " (<ids>)")
        .bind("kind", kind)
        .bindList("ids", List.copyOf(objects))
        .map((rs, _) ->
            found
                .computeIfAbsent(rs.getLong("object"), _ -> new TreeMap<>())
                .put(rs.getString("name"), rs.getString("value")))
        .list();
    return found;
  }

  /// Adds a note; false where there is one of that name.
  static boolean add(Tx tx, String kind, long object, Map.Entry<String, String> note) {
    return tx.handle()
            .createUpdate(
                """
                insert into versions_metadata (kind, object, name, value)
                values (:kind, :object, :name, :value)
                on conflict (kind, object, name) do nothing
                """)
            .bind("kind", kind)
            .bind("object", object)
            .bind("name", note.getKey())
            .bind("value", note.getValue())
            .execute()
        == 1;
  }

  static void remove(Tx tx, String kind, long object, String name) {
    tx.handle()
        .createUpdate(
            "delete from versions_metadata where kind = :kind and object = :object and name ="
                + " :name")
        .bind("kind", kind)
        .bind("object", object)
        .bind("name", name)
        .execute();
  }

  static void clear(Tx tx, String kind, long object) {
    tx.handle()
        .createUpdate("delete from versions_metadata where kind = :kind and object = :object")
        .bind("kind", kind)
        .bind("object", object)
        .execute();
  }
}
