package dev.trunkline.storage;

import dev.trunkline.base.Failure;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.metadata.Tx;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The tables of this module.
final class StorageRows {
  /// The order in which rows of packs are locked.
  static final Comparator<PackId> ORDER =
      Comparator.comparingLong(PackId::session).thenComparingInt(PackId::number);

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
        .bind("now", tx.databaseMicros())
        .mapTo(Long.class)
        .one();
  }

  /// Locks the session and gives a sign of life; one that was fenced may not publish.
  static void lockSession(Tx tx, long session) {
    int live =
        tx.handle()
            .createUpdate(
                "update storage_sessions set heartbeat = :now where id = :id and fenced = false")
            .bind("now", tx.databaseMicros())
            .bind("id", session)
            .execute();
    if (live == 0) {
      throw new Failure(
          Failure.Kind.FENCED,
          "session "
              + session
              + " was fenced after it gave no sign of life, another one takes its place: try again");
    }
  }

  static void fence(Tx tx, long session) {
    tx.handle()
        .createUpdate("update storage_sessions set fenced = true where id = :id")
        .bind("id", session)
        .execute();
  }

  /// Whether a session other than `own` gave its last sign of life before `limit`, or pins are left
  /// of one that was fenced.
  static boolean isAnySilent(Tx tx, long own, long limit) {
    return tx.handle()
            .createQuery(
                """
                select count(*) from storage_sessions s
                where s.id <> :own
                  and (s.fenced = false and s.heartbeat < :limit
                    or s.fenced = true and exists (select 1 from storage_pins p where p.holder = s.id))
                """)
            .bind("own", own)
            .bind("limit", limit)
            .mapTo(Long.class)
            .one()
        > 0;
  }

  /// Fences the sessions other than `own` whose last sign of life came before `limit`. One that
  /// gives a sign meanwhile is waited for, and spared.
  static List<Long> fenceSilent(Tx tx, long own, long limit) {
    return tx.handle()
        .createQuery(
            """
            update storage_sessions set fenced = true
            where id <> :own and fenced = false and heartbeat < :limit
            returning id
            """)
        .bind("own", own)
        .bind("limit", limit)
        .mapTo(Long.class)
        .list();
  }

  /// Inserts a pack, and its content where it is a row. One that another stream with records in it
  /// published before is left as it is, and must be live.
  static void insertPack(Tx tx, Pack pack) {
    int inserted =
        tx.handle()
            .createUpdate(
                """
                insert into storage_packs (session, number, kind, bytes, created, epoch)
                values (:session, :number, :kind, :bytes, :now,
                  (select epoch from storage_collection where id = 1))
                on conflict (session, number) do nothing
                """)
            .bind("session", pack.id().session())
            .bind("number", pack.id().number())
            .bind("kind", pack.kind().code())
            .bind("bytes", pack.size())
            .bind("now", tx.micros())
            .execute();
    if (inserted == 0) {
      if (!lockLive(tx, pack.id())) {
        throw new Failure(
            Failure.Kind.UNAVAILABLE,
            "pack " + pack.id() + " was collected before it was published: write again");
      }
      return;
    }
    pack.small()
        .ifPresent(content ->
            tx.handle()
                .createUpdate(
                    """
                    insert into storage_small_packs (session, number, content)
                    values (:session, :number, :content)
                    """)
                .bind("session", pack.id().session())
                .bind("number", pack.id().number())
                .bind("content", content)
                .execute());
  }

  /// Locks the row of a pack and keeps it out of the collection that has begun; false where the
  /// pack is condemned or unknown.
  private static boolean lockLive(Tx tx, PackId pack) {
    int live =
        tx.handle()
            .createUpdate(
                """
                update storage_packs
                set epoch = (select epoch from storage_collection where id = 1)
                where session = :session and number = :number and condemned is null
                """)
            .bind("session", pack.session())
            .bind("number", pack.number())
            .execute();
    return live > 0;
  }

  /// Pins `packs`, in their order, or none of them where some are not live; these are returned.
  static List<PackId> pin(Tx tx, Stream stream, Collection<PackId> packs) {
    var dead = packs.stream().filter(pack -> !lockLive(tx, pack)).toList();
    if (dead.isEmpty()) {
      packs.forEach(pack -> insertPin(tx, stream, pack));
    }
    return dead;
  }

  /// Pins a pack whose row this transaction holds.
  static void insertPin(Tx tx, Stream stream, PackId pack) {
    tx.handle()
        .createUpdate(
            """
            insert into storage_pins (upload, holder, session, number)
            values (:upload, :holder, :session, :number)
            on conflict (upload, session, number) do nothing
            """)
        .bind("upload", stream.upload())
        .bind("holder", stream.holder())
        .bind("session", pack.session())
        .bind("number", pack.number())
        .execute();
  }

  static int unpin(Tx tx, Stream stream) {
    return tx.handle()
        .createUpdate("delete from storage_pins where upload = :upload")
        .bind("upload", stream.upload())
        .execute();
  }

  /// Removes the pins of every stream whose session was fenced.
  static int unpinFenced(Tx tx) {
    return tx.handle()
        .createUpdate(
            """
            delete from storage_pins
            where holder in (select id from storage_sessions where fenced = true)
            """)
        .execute();
  }

  static Optional<byte[]> smallPack(Tx tx, PackId pack) {
    return tx.handle()
        .createQuery(
            "select content from storage_small_packs where session = :session and number = :number")
        .bind("session", pack.session())
        .bind("number", pack.number())
        .mapTo(byte[].class)
        .findOne();
  }

  /// The packs that took over the records of `pack`.
  static List<PackId> forwards(Tx tx, PackId pack) {
    return tx.handle()
        .createQuery(
            """
            select to_session, to_number from storage_forwards
            where session = :session and number = :number
            order by to_session, to_number
            """)
        .bind("session", pack.session())
        .bind("number", pack.number())
        .map((rs, _) -> new PackId(rs.getLong("to_session"), rs.getInt("to_number")))
        .list();
  }

  /// A stream of writes and the session that it belongs to.
  record Stream(String upload, long holder) {}

  /// What the store was made with.
  record Descriptor(int format, ChunkLimits limits) {}
}
