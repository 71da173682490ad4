package dev.trunkline.metadata;

import dev.trunkline.base.Clock;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The few things that SQLite and PostgreSQL do not spell alike.
enum Dialect {
  /// One file, one machine, and the clock of that machine.
  SQLITE("blob", "text", "integer primary key autoincrement") {
    @Override
    long micros(Handle handle, Clock clock) {
      return clock.micros();
    }

    @Override
    void notifyOthers(Handle handle, String sender) {
      // There are none: one server owns the file.
    }

    @Override
    String isDead(String column) {
      return "false";
    }
  },
  /// A server with a clock of its own, and with other servers of ours beside it.
  POSTGRES("bytea", "text collate \"C\"", "bigserial primary key") {
    @Override
    long micros(Handle handle, Clock clock) {
      return handle
          .createQuery("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)")
          .mapTo(Long.class)
          .one();
    }

    @Override
    void notifyOthers(Handle handle, String sender) {
      handle
          .createQuery("select cast(pg_notify(:channel, :sender) as text)")
          .bind("channel", Listener.CHANNEL)
          .bind("sender", sender)
          .mapTo(String.class)
          .list();
    }

    @Override
    String isDead(String column) {
      return """
      (%1$s <> 0 and not exists (
        select 1 from pg_locks l
        where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
          and l.database = (select oid from pg_database where datname = current_database())
          and cast(l.classid as bigint) * 4294967296 + cast(l.objid as bigint) = %1$s))
      """
          .formatted(column);
    }
  };

  private final String blob;
  private final String text;
  private final String id;

  Dialect(String blob, String text, String id) {
    this.blob = blob;
    this.text = text;
    this.id = id;
  }

  /// What stands for `${...}` in the scripts.
  Map<String, String> placeholders() {
    return Map.of("blob", blob, "text", text, "id", id);
  }

  /// The time by the clock that all processes on the database share.
  abstract long micros(Handle handle, Clock clock);

  /// The SQL condition that the process in `column`, a name of [Presence], is known to be dead.
  abstract String isDead(String column);

  /// Tells other processes, when the transaction commits, that something changed.
  abstract void notifyOthers(Handle handle, String sender);
}
