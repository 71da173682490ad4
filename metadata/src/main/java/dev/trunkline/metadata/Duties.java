package dev.trunkline.metadata;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Ids;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Work that goes on by itself and that one process at a time may do: a row claimed with a lease
/// and an epoch. Every write that follows from a duty checks the epoch in its own transaction.
///
/// The lease of a process that is known to be dead ends with it. That may err, where a process lost
/// its connection and lives: it is then refused by the epoch like any other.
public final class Duties {
  private final Database database;
  private final Duration lease;
  private final String holder = Ids.random();

  /// Claims for `lease` at a time, on behalf of this object.
  public Duties(Database database, Duration lease) {
    this.database = database;
    this.lease = lease;
  }

  /// Ends every lease: for a process that knows, by a lock of its own, that it is the only one
  /// alive.
  public static void releaseAll(Database database) {
    database.<Object>write(tx -> tx.handle().execute("update metadata_duties set lease_until = 0"));
  }

  /// The duty called `name`, if nobody else alive holds it; claiming again renews the lease.
  public Optional<Duty> claim(String name) {
    return database.write(tx -> claim(tx, name));
  }

  private Optional<Duty> claim(Tx tx, String name) {
    long now = tx.databaseMicros();
    var epoch =
        tx.handle()
            .createQuery(
                """
                insert into metadata_duties (name, holder, process, epoch, lease_until)
                values (:name, :holder, :process, 1, :until)
                on conflict (name) do update
                set holder = excluded.holder,
                    process = excluded.process,
                    lease_until = excluded.lease_until,
                    epoch = metadata_duties.epoch
                      + case when metadata_duties.holder = excluded.holder then 0 else 1 end
                where metadata_duties.holder = excluded.holder
                   or metadata_duties.lease_until < :now
                   or <dead>
                returning epoch
                """)
            .define("dead", tx.isDead("metadata_duties.process"))
            .bind("name", name)
            .bind("holder", holder)
            .bind("process", tx.process())
            .bind("until", now + TimeUnit.NANOSECONDS.toMicros(lease.toNanos()))
            .bind("now", now)
            .mapTo(Long.class)
            .findOne();
    return epoch.map(e -> new Duty(name, e));
  }

  /// Fails with [Failure.Kind#FENCED] unless `duty` is still held under its epoch.
  ///
  /// The epoch alone decides: it grows whenever the holder changes, so that a holder whose lease
  /// ran out writes on as long as nobody else could have begun. To refuse it for the time alone
  /// would make work that takes longer than a lease impossible, and protect nobody.
  public static void guard(Tx tx, Duty duty) {
    int held =
        tx.handle()
            .createUpdate(
                "update metadata_duties set epoch = epoch where name = :name and epoch = :epoch")
            .bind("name", duty.name())
            .bind("epoch", duty.epoch())
            .execute();
    if (held == 0) {
      throw new Failure(
          Failure.Kind.FENCED, "duty " + duty.name() + " was taken over by another server");
    }
  }

  /// A duty that was claimed.
  public record Duty(String name, long epoch) {}
}
