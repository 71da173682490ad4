package dev.trunkline.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.testkit.Await;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PostgresDatabaseTest extends DatabaseContract {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Override
  Database open() {
    return Databases.postgres();
  }

  private static void change(Database database) {
    database.<Object>write(tx -> {
      tx.structural();
      return true;
    });
  }

  private static int listeners(Database database) {
    return database.read(tx ->
        tx.handle()
            .createQuery(
                """
                select count(*) from pg_stat_activity
                where query like 'listen %' and datname = current_database()
                """)
            .mapTo(Integer.class)
            .one());
  }

  @Test
  void aChangeWakesAnotherReplicaEvenAfterItsConnectionWasLost() {
    var url = Databases.postgresUrl();
    try (var here = Database.postgres(url, Clock.system());
        var there = Database.postgres(url, Clock.system())) {
      here.migrate("metadata");
      Await.until("both listen", LIMIT, () -> listeners(here) == 2);
      wakes(here, there);
      here.<Object>write(tx ->
          tx.handle()
              .createQuery(
                  """
                  select pg_terminate_backend(pid) from pg_stat_activity
                  where query like 'listen %' and datname = current_database()
                  """)
              .mapTo(Boolean.class)
              .list());
      Await.until("both are gone", LIMIT, () -> listeners(here) == 0);
      Await.until("both listen again", LIMIT, () -> listeners(here) == 2);
      wakes(here, there);
    }
  }

  private static void wakes(Database here, Database there) {
    long seen = there.changes().version();
    change(here);
    Await.until("the other replica is woken", LIMIT, () -> there.changes().version() > seen);
  }

  @Test
  void leasesAreComparedWithTheClockOfTheServer() {
    var url = Databases.postgresUrl();
    try (var right = Database.postgres(url, Clock.system());
        var ahead = Database.postgres(url, new Ahead())) {
      right.migrate("metadata");
      var held = new Duties(right, Duration.ofMinutes(10)).claim("finish");
      assertThat(held).isPresent();
      assertThat(new Duties(ahead, Duration.ofMinutes(10)).claim("finish")).isEmpty();
    }
  }

  @Test
  void theLeaseOfAProcessThatIsGoneEndsWithIt() {
    var url = Databases.postgresUrl();
    var lease = Duration.ofMinutes(10);
    try (var next = Database.postgres(url, Clock.system())) {
      next.migrate("metadata");
      var heir = new Duties(next, lease);
      Duties.Duty held;
      try (var doomed = Database.postgres(url, Clock.system())) {
        held = new Duties(doomed, lease).claim("finish").orElseThrow();
        assertThat(heir.claim("finish")).isEmpty();
      }
      Await.until("its lock is free", LIMIT, () -> heir.claim("finish").isPresent());
      assertThat(heir.claim("finish").map(Duties.Duty::epoch)).contains(held.epoch() + 1);
      assertThatThrownBy(() ->
              next.<Object>write(tx -> {
                Duties.guard(tx, held);
                return true;
              }))
          .isInstanceOfSatisfying(
              Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.FENCED));
    }
  }

  @Test
  void aProcessThatConnectsAgainIsSeenAgain() {
    var url = Databases.postgresUrl();
    var lease = Duration.ofMinutes(10);
    try (var here = Database.postgres(url, Clock.system());
        var there = Database.postgres(url, Clock.system())) {
      here.migrate("metadata");
      assertThat(new Duties(there, lease).claim("before")).isPresent();
      here.<Object>write(tx ->
          tx.handle()
              .createQuery(
                  """
                  select pg_terminate_backend(pid) from pg_stat_activity
                  where query like 'listen %' and datname = current_database()
                  """)
              .mapTo(Boolean.class)
              .list());
      Await.until("both are gone", LIMIT, () -> listeners(here) == 0);
      Await.until("both listen again", LIMIT, () -> listeners(here) == 2);
      assertThat(new Duties(there, lease).claim("after")).isPresent();
      assertThat(new Duties(here, lease).claim("before")).isEmpty();
      assertThat(new Duties(here, lease).claim("after")).isEmpty();
    }
  }

  /// A clock that is a day ahead.
  private static final class Ahead implements Clock {
    @Override
    public java.time.Instant now() {
      return Clock.system().now().plus(Duration.ofDays(1));
    }

    @Override
    public long nanos() {
      return Clock.system().nanos();
    }
  }
}
