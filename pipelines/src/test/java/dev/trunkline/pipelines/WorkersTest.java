package dev.trunkline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.MemoryObjects;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When workers rest, and when they end.
class WorkersTest {
  @TempDir Path folder;
  private final Ahead clock = new Ahead();
  private Database database;
  private Engine engine;
  private JobInfo job;

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("metadata.db"), Clock.system());
    engine = new Engine(database, new MemoryObjects(), clock).started();
    engine.repo("in");
    engine.put("/a", "1");
    engine.copying("/*", 1);
    job = engine.done();
    assertThat(engine.runner.started).containsExactly("default-p-v1-0");
  }

  @AfterEach
  void close() {
    engine.close();
    assertThat(engine.runner.closed).as("nobody is left").hasSameSizeAs(engine.runner.started);
    database.close();
  }

  private Workers.Hired hire() {
    return engine.scheduler.workers().hire(job, Engine.program(List.of("copy")));
  }

  @Test
  void oneThatHasRestedForAMinuteEnds() {
    clock.advance(Workers.REST.minusSeconds(10));
    engine.scheduler.workers().retire();
    assertThat(engine.runner.closed).isEmpty();
    clock.advance(Duration.ofSeconds(10));
    engine.scheduler.workers().retire();
    assertThat(engine.runner.closed).containsExactly("default-p-v1-0");
    engine.put("/b", "2");
    engine.done();
    assertThat(engine.runner.started).containsExactly("default-p-v1-0", "default-p-v1-0");
  }

  @Test
  void oneThatDiedAtRestIsReplaced() {
    var warm = hire();
    engine.scheduler.workers().rest(warm);
    warm.worker().close();
    var fresh = hire();
    assertThat(fresh.worker()).isNotSameAs(warm.worker());
    assertThat(fresh.name()).isEqualTo("default-p-v1-0");
    fresh.worker().close();
    engine.scheduler.workers().rest(fresh);
    assertThat(engine.runner.closed).hasSize(2);
  }

  @Test
  void namesAreThePlacesThatAreTaken() {
    var workers = engine.scheduler.workers();
    var first = hire();
    var second = hire();
    var third = hire();
    workers.end(first);
    workers.rest(third);
    assertThat(second.name()).isEqualTo("default-p-v1-1");
    assertThat(hire()).as("the one that rests").isSameAs(third);
    var fourth = hire();
    assertThat(fourth.name()).isEqualTo("default-p-v1-0");
    List.of(second, third, fourth).forEach(workers::end);
  }

  @Test
  void onlySoManyRestAndTheOneThatRestsLongestGoes() {
    var all = new ArrayList<Workers.Hired>();
    for (int i = 0; i < 17; i++) {
      all.add(hire());
    }
    all.forEach(engine.scheduler.workers()::rest);
    assertThat(engine.runner.closed).containsExactly("default-p-v1-0");
  }

  @Test
  void oneOfAJobThatWasStoppedIsNotUsedAgain() {
    engine.put("/a", "hold");
    engine.runner.reached.acquireUninterruptibly();
    engine.stop(Engine.P, engine.newestId(Engine.P));
    engine.put("/a", "2");
    assertThat(engine.done().state()).isEqualTo(JobInfo.State.SUCCESS);
    assertThat(engine.runner.started).hasSize(2);
    assertThat(engine.runner.closed).hasSize(1);
  }

  @Test
  void noneRestsOnceTheServerEnds() {
    var busy = hire();
    engine.close();
    engine.scheduler.workers().rest(busy);
    assertThat(engine.runner.closed).containsExactly("default-p-v1-0");
  }

  /// The clock of this machine, and more.
  private static final class Ahead implements Clock {
    private final AtomicReference<Duration> more = new AtomicReference<>(Duration.ZERO);

    void advance(Duration by) {
      more.accumulateAndGet(by, Duration::plus);
    }

    @Override
    public Instant now() {
      return Clock.system().now().plus(more.get());
    }

    @Override
    public long nanos() {
      return Clock.system().nanos() + more.get().toNanos();
    }
  }
}
