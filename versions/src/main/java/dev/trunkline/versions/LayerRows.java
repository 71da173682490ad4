package dev.trunkline.versions;

import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The tables of what was written to open commits, and of what reads made of it.
final class LayerRows {
  private LayerRows() {}

  /// Adds a layer and returns its ordinal; nothing where the commit is not open. Locks the row of
  /// the commit alone.
  static OptionalLong add(Tx tx, long commit, Root layer) {
    var count =
        tx.handle()
            .createQuery(
                """
                update versions_commits set layers = layers + 1
                where id = :commit and finishing is null returning layers
                """)
            .bind("commit", commit)
            .mapTo(Long.class)
            .findOne();
    if (count.isEmpty()) {
      return OptionalLong.empty();
    }
    insert(tx, commit, new Layer(count.get() - 1, 0, layer));
    return OptionalLong.of(count.get() - 1);
  }

  private static void insert(Tx tx, long commit, Layer layer) {
    tx.handle()
        .createUpdate(
            """
            insert into versions_layers (commit_id, ordinal, level, root)
            values (:commit, :ordinal, :level, :root)
            """)
        .bind("commit", commit)
        .bind("ordinal", layer.ordinal())
        .bind("level", layer.level())
        .bind("root", layer.root().encode())
        .execute();
  }

  /// Puts `folded` in the place of those of the level below it that lie between its ordinal and
  /// `end`; false where they are not all there any more.
  static boolean replace(Tx tx, long commit, Layer folded, long end, int expected) {
    boolean open =
        tx.handle()
                .createUpdate(
                    "update versions_commits set layers = layers where id = :commit and finishing"
                        + " is null")
                .bind("commit", commit)
                .execute()
            == 1;
    if (!open || group(tx, commit, folded.level() - 1, folded.ordinal(), end).size() != expected) {
      return false;
    }
    tx.handle()
        .createUpdate(
            """
            delete from versions_layers
            where commit_id = :commit and ordinal >= :from and ordinal < :end
            """)
        .bind("commit", commit)
        .bind("from", folded.ordinal())
        .bind("end", end)
        .execute();
    insert(tx, commit, folded);
    return true;
  }

  /// The layers of one level between two ordinals.
  static List<Layer> group(Tx tx, long commit, long level, long from, long end) {
    return tx.handle()
        .createQuery(
            """
            select * from versions_layers
            where commit_id = :commit and level = :level and ordinal >= :from and ordinal < :end
            order by ordinal
            """)
        .bind("commit", commit)
        .bind("level", level)
        .bind("from", from)
        .bind("end", end)
        .map((rs, _) ->
            new Layer(rs.getLong("ordinal"), rs.getLong("level"), Root.decode(rs.getBytes("root"))))
        .list();
  }

  static void drop(Tx tx, long commit) {
    for (var table : List.of("versions_layers", "versions_views")) {
      tx.handle()
          .createUpdate("delete from " + table + " where commit_id = :commit")
          .bind("commit", commit)
          .execute();
    }
  }

  static List<Layer> all(Tx tx, long commit) {
    return tx.handle()
        .createQuery("select * from versions_layers where commit_id = :commit order by ordinal")
        .bind("commit", commit)
        .map((rs, _) ->
            new Layer(rs.getLong("ordinal"), rs.getLong("level"), Root.decode(rs.getBytes("root"))))
        .list();
  }

  /// How many bytes the layers of each commit wrote.
  static Map<Long, Long> bytes(Tx tx, List<Long> commits) {
    var sums = new HashMap<Long, Long>();
    if (!commits.isEmpty()) {
      tx.handle()
          .createQuery("select commit_id, root from versions_layers where commit_id in (<ids>)")
          .bindList("ids", commits)
          .map((rs, _) ->
              Map.entry(
                  rs.getLong("commit_id"), Root.decode(rs.getBytes("root")).summary().bytes()))
          .forEach(e -> sums.merge(e.getKey(), e.getValue(), Long::sum));
    }
    return sums;
  }

  static Optional<View> view(Tx tx, long commit) {
    return tx.handle()
        .createQuery("select * from versions_views where commit_id = :commit")
        .bind("commit", commit)
        .map((rs, _) -> new View(rs.getLong("layers"), Root.decode(rs.getBytes("root"))))
        .findOne();
  }

  static void setView(Tx tx, long commit, View view) {
    tx.handle()
        .createUpdate(
            """
            insert into versions_views (commit_id, layers, root)
            select id, :layers, :root from versions_commits where id = :commit and finished is null
            on conflict (commit_id) do update set layers = excluded.layers, root = excluded.root
            """)
        .bind("commit", commit)
        .bind("layers", view.layers())
        .bind("root", view.root().encode())
        .execute();
  }

  /// What streams wrote: one of them at level 0, 16 times as many at each further level.
  record Layer(long ordinal, long level, Root root) {}

  /// The files of an open commit after so many layers.
  record View(long layers, Root root) {}
}
