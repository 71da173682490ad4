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
    var held = second.claim("finish").orElseThrow();
    assertThat(held.epoch()).isEqualTo(lapsed.epoch() + 1);
    assertThat(first.claim("finish")).isEmpty();
    assertThat(second.claim("finish")).contains(held);
    assertThatThrownBy(() -> guarded(lapsed))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("taken over");
    guarded(held);
  }

  private void guarded(Duties.Duty duty) {
    database.<Object>write(tx -> {
      Duties.guard(tx, duty);
      return true;
    });
  }
}
