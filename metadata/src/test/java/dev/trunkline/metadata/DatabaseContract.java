package dev.trunkline.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every database promises.
abstract class DatabaseContract {
  private Database database;

  abstract Database open();

  @BeforeEach
  void migrate() {
    database = open();
    database.migrate("metadata");
    database.migrate("metadata");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private long number() {
    return database.read(tx ->
        tx.handle().createQuery("select number from metadata_changes").mapTo(Long.class).one());
  }

  @Test
  void aStructuralTransactionIsNumberedAndWakes() {
    long seen = database.changes().version();
    database.<Object>write(tx -> {
      tx.structural();
      return true;
    });
    assertThat(number()).isEqualTo(1);
    assertThat(database.changes().version()).isGreaterThan(seen);
  }

  @Test
  void whatThrowsLeavesNothing() {
    assertThatThrownBy(() ->
            database.write(tx -> {
              tx.structural();
              tx.handle().execute("update metadata_changes set number = 7");
              throw new Failure(Failure.Kind.FULL, "on purpose");
            }))
        .isInstanceOf(Failure.class)
        .hasMessage("on purpose");
    assertThat(number()).isZero();
  }

  @Test
  void writersThatRaceAllCount() {
    try (var scope = Scope.open("race")) {
      for (int i = 0; i < 20; i++) {
        scope.run(() ->
            database.<Object>write(tx -> {
              tx.structural();
              return true;
            }));
      }
      scope.join();
    }
    assertThat(number()).isEqualTo(20);
  }

  @Test
  void aDutyHasOneHolderAndAPausedHolderIsRefused() {
    var first = new Duties(database, Duration.ofNanos(1000));
    var second = new Duties(database, Duration.ofHours(1));
    var lapsed = first.claim("finish").orElseThrow();
    guarded(lapsed);
    var held = second.claim("finish").orElseThrow();
    assertThat(held.epoch()).isEqualTo(lapsed.epoch() + 1);
    assertThat(first.claim("finish")).isEmpty();
    assertThat(second.claim("finish")).contains(held);
    assertThatThrownBy(() -> guarded(lapsed))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("taken over");
    guarded(held);
  }

  @Test
  void aHolderThatClaimsAgainKeepsItsEpoch() {
    var duties = new Duties(database, Duration.ofNanos(1000));
    var duty = duties.claim("finish").orElseThrow();
    assertThat(duties.claim("finish")).contains(duty);
    guarded(duty);
  }

  @Test
  void rowsThatCarryATransactionAreInCommitOrder() {
    database.<Object>write(tx -> tx.handle().execute("create table notes (tx text, note int)"));
    var threads = 16;
    try (var scope = Scope.open("order")) {
      for (int i = 0; i < threads; i++) {
        int note = i;
        scope.run(() -> note(note));
      }
      scope.join();
    }
    note(threads);
    var notes =
        database.read(tx ->
            tx.handle()
                .createQuery(
                    """
                    select note from notes join metadata_transactions t on t.id = notes.tx
                    order by t.number
                    """)
                .mapTo(Integer.class)
                .list());
    assertThat(notes).hasSize(threads + 1).doesNotHaveDuplicates().endsWith(threads);
    assertThat(number()).isEqualTo(threads + 1);
  }

  private void note(int note) {
    database.<Object>write(tx -> {
      tx.structural();
      return tx.handle().execute("insert into notes (tx, note) values (?, ?)", tx.id(), note);
    });
  }

  @Test
  void sixteenThreadsThatCountLoseNothing() {
    database.<Object>write(tx -> tx.handle().execute("create table counter (n int)"));
    database.<Object>write(tx -> tx.handle().execute("insert into counter values (0)"));
    try (var scope = Scope.open("count")) {
      for (int i = 0; i < 16; i++) {
        scope.run(() -> {
          for (int j = 0; j < 5; j++) {
            increment();
          }
        });
      }
      scope.join();
    }
    int total =
        database.read(
            tx -> tx.handle().createQuery("select n from counter").mapTo(Integer.class).one());
    assertThat(total).isEqualTo(80);
  }

  private void increment() {
    database.<Object>write(tx -> {
      int n = tx.handle().createQuery("select n from counter").mapTo(Integer.class).one();
      return tx.handle().execute("update counter set n = ?", n + 1);
    });
  }

  @Test
  void workAfterACommitMayBeginAnother() {
    database.<Object>write(tx -> {
      tx.afterCommit(() ->
          database.<Object>write(next -> {
            next.structural();
            return true;
          }));
      return true;
    });
    assertThat(number()).isEqualTo(1);
  }

  @Test
  void scriptsThatRanAreKnown() {
    assertThat(Scripts.ran(database, "metadata")).isTrue();
    assertThat(Scripts.ran(database, "unheard_of")).isFalse();
  }

  @Test
  void aScriptThatIsNotTheOneThatRanIsNoticed() {
    database.<Object>write(
        tx -> tx.handle().execute("update history_metadata set checksum = checksum - 1"));
    assertThat(Scripts.ran(database, "metadata")).isFalse();
    assertThatThrownBy(() -> database.migrate("metadata"))
        .hasMessageContaining("checksum mismatch");
  }

  @Test
  void tablesOfANewerVersionAreRefused() {
    database.<Object>write(tx ->
        tx.handle()
            .execute(
                """
                insert into history_metadata (installed_rank, version, description, type, script,
                  checksum, installed_by, execution_time, success)
                values (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'test', 1, true)
                """));
    assertThatThrownBy(() -> database.migrate("metadata"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("newer version of Trunkline (99)");
  }

  @Test
  void aClosedDatabaseIsUnavailable() {
    var closed = open();
    closed.close();
    assertThatThrownBy(() -> closed.<Object>write(_ -> true))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Failure.Kind.UNAVAILABLE));
  }

  private void guarded(Duties.Duty duty) {
    database.<Object>write(tx -> {
      Duties.guard(tx, duty);
      return true;
    });
  }
}
