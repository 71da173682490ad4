package dev.trunkline.versions;

import dev.trunkline.base.Ids;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The table of file sets that belong to no commit. Times in microseconds of the database's clock.
final class FileSetRows {
  private static final long MICROS = 1_000_000;

  private FileSetRows() {}

  static String insert(Tx tx, Optional<Root> edits, Optional<Root> files, long seconds) {
    var id = Ids.random();
    insert(tx, id, edits, files, seconds);
    return id;
  }

  /// Adds a file set under an id of its own; one that is there already stays as it is.
  static void insert(Tx tx, String id, Optional<Root> edits, Optional<Root> files, long seconds) {
    tx.handle()
        .createUpdate("delete from versions_file_sets where expires < :now")
        .bind("now", tx.micros())
        .execute();
    tx.handle()
        .createUpdate(
            """
            insert into versions_file_sets (id, edits, files, created, expires, created_by)
            values (:id, :edits, :files, :now, :expires, '') on conflict (id) do nothing
            """)
        .bind("id", id)
        .bind("edits", bytes(edits))
        .bind("files", bytes(files))
        .bind("now", tx.micros())
        .bind("expires", tx.micros() + seconds * MICROS)
        .execute();
  }

  private static byte @Nullable [] bytes(Optional<Root> root) {
    return root.isPresent() ? root.get().encode() : null;
  }

  /// The file set, where it has not expired.
  static Optional<Row> find(Tx tx, String id) {
    return tx.handle()
        .createQuery("select * from versions_file_sets where id = :id and expires >= :now")
        .bind("id", id)
        .bind("now", tx.micros())
        .map((rs, _) ->
            new Row(
                rs.getString("id"),
                Optional.ofNullable(rs.getBytes("edits")).map(Root::decode),
                Optional.ofNullable(rs.getBytes("files")).map(Root::decode),
                rs.getLong("created")))
        .findOne();
  }

  static void setEdits(Tx tx, String id, Root edits) {
    set(tx, id, "edits", edits);
  }

  static void setFiles(Tx tx, String id, Root files) {
    set(tx, id, "files", files);
  }

  private static void set(Tx tx, String id, String column, Root root) {
    tx.handle()
        .createUpdate("update versions_file_sets set " + column + " = :root where id = :id")
        .bind("root", root.encode())
        .bind("id", id)
        .execute();
  }

  /// Lets a file set live for so many seconds from now; false where it has expired.
  static boolean renew(Tx tx, String id, long seconds) {
    return tx.handle()
            .createUpdate(
                "update versions_file_sets set expires = :expires where id = :id and expires >="
                    + " :now")
            .bind("expires", tx.micros() + seconds * MICROS)
            .bind("id", id)
            .bind("now", tx.micros())
            .execute()
        == 1;
  }

  /// A file set: its edits, its files over nothing, or both.
  record Row(String id, Optional<Root> edits, Optional<Root> files, long created) {}
}
