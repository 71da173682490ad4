package dev.trunkline.storage;

import dev.trunkline.base.Failure;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.metadata.Tx;
import java.util.Optional;

/// The tables of this module.
final class StorageRows {
  private StorageRows() {}

  /// Reads the descriptor of the store, writing `limits` where there is none yet.
  static Descriptor descriptor(Tx tx, int format, ChunkLimits limits) {
    tx.handle()
        .createUpdate(
            """
            insert into storage_descriptor
              (id, format, chunk_minimum, chunk_average, chunk_maximum, node_target)
            values (1, :format, :minimum, :average, :maximum, :target)
            on conflict (id) do nothing
            """)
        .bind("format", format)
        .bind("minimum", limits.minimum())
        .bind("average", limits.average())
        .bind("maximum", limits.maximum())
        .bind("target", limits.nodeTarget())
        .execute();
    return tx.handle()
        .createQuery("select * from storage_descriptor where id = 1")
        .map((rs, _) ->
            new Descriptor(
                rs.getInt("format"),
                new ChunkLimits(
                    rs.getInt("chunk_minimum"),
                    rs.getInt("chunk_average"),
                    rs.getInt("chunk_maximum"),
                    rs.getInt("node_target"))))
        .one();
  }

  static long openSession(Tx tx) {
    return tx.handle()
        .createQuery(
            """
            insert into storage_sessions (started, heartbeat, fenced)
            values (:now, :now, false) returning id
            """)
        .bind("now", tx.micros())
        .mapTo(Long.class)
        .one();
  }

  /// Locks the session; one that was fenced may not publish.
  static void checkSession(Tx tx, long session) {
    int live =
        tx.handle()
            .createUpdate(
                "update storage_sessions set heartbeat = :now where id = :id and fenced = false")
            .bind("now", tx.micros())
            .bind("id", session)
            .execute();
    if (live == 0) {
      throw new Failure(
          Failure.Kind.FENCED, "session " + session + " was fenced: start the server again");
    }
  }

  static void insertPack(Tx tx, long session, PackWriter.Sealed pack) {
    tx.handle()
        .createUpdate(
            """
            insert into storage_packs (session, number, kind, bytes, created, condemned)
            values (:session, :number, :kind, :bytes, :now, false)
            """)
        .bind("session", session)
        .bind("number", pack.number())
        .bind("kind", pack.kind().code())
        .bind("bytes", pack.bytes())
        .bind("now", tx.micros())
        .execute();
    pack.small()
        .ifPresent(content ->
            tx.handle()
                .createUpdate(
                    """
                    insert into storage_small_packs (session, number, content)
                    values (:session, :number, :content)
                    """)
                .bind("session", session)
                .bind("number", pack.number())
                .bind("content", content)
                .execute());
  }

  static Optional<byte[]> smallPack(Tx tx, long session, int number) {
    return tx.handle()
        .createQuery(
            "select content from storage_small_packs where session = :session and number = :number")
        .bind("session", session)
        .bind("number", number)
        .mapTo(byte[].class)
        .findOne();
  }

  /// What the store was made with.
  record Descriptor(int format, ChunkLimits limits) {}
}
