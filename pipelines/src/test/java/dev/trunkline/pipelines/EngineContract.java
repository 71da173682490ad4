package dev.trunkline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.pipelines.JobInfo.State;
import dev.trunkline.planning.Input;
import dev.trunkline.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a job does with the past: which datums run, which are skipped, and what the output holds.
abstract class EngineContract {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final MemoryObjects objects = new MemoryObjects();
  private Database database;
  private Engine engine;

  abstract Database database();

  @BeforeEach
  void open() {
    database = database();
    engine = new Engine(database, objects, Clock.system()).started();
    engine.repo("in");
  }

  @AfterEach
  void close() {
    engine.close();
    database.close();
  }

  private void reopen() {
    engine.close();
    dev.trunkline.metadata.Duties.releaseAll(database);
    engine = new Engine(database, objects, Clock.system());
  }

  @Test
  void onlyWhatChangedRuns() {
    engine.put("in", Map.of("/a", "1", "/b", "2"));
    engine.copying("/*", 2);
    assertThat(engine.done().counts().processed()).isEqualTo(2);
    assertThat(engine.runner.taken()).containsExactly("/a", "/b");
    engine.put("/c", "3");
    var third = engine.done();
    assertThat(third.counts().total()).isEqualTo(3);
    assertThat(third.counts().skipped()).isEqualTo(2);
    assertThat(third.planned()).startsWith("derived from the plan of job ");
    engine.put("in", Map.of("/a", "", "/b", "new"));
    assertThat(engine.done().counts().skipped()).isEqualTo(1);
    assertThat(engine.runner.taken()).containsExactly("/b", "/c");
    assertThat(engine.output()).isEqualTo(Map.of("/b", "new", "/c", "3"));
    var results = new ArrayList<DatumResult>();
    engine.pipelines.jobs().datums(engine.newest()).forEachRemaining(results::add);
    assertThat(results).hasSize(2);
    assertThat(engine.pipelines.jobs().datum(engine.newest(), results.getFirst().id().hex()))
        .contains(results.getFirst());
  }

  @Test
  void aFailureIsNoBaseAndItsDatumRunsAgain() {
    engine.put("in", Map.of("/a", "1", "/b", "recover"));
    engine.copying("/*", 1);
    var first = engine.done();
    assertThat(first.counts().recovered()).isEqualTo(1);
    engine.runner.taken();
    engine.put("/c", "fail");
    var failed = engine.done();
    assertThat(failed.state()).isEqualTo(State.FAILURE);
    assertThat(failed.reason()).matches("datum [0-9a-f]{64} failed");
    assertThat(failed.counts().skipped()).isZero();
    assertThat(engine.runner.taken()).containsExactly("/c");
    engine.put("/c", "3");
    var good = engine.done();
    assertThat(good.state()).isEqualTo(State.SUCCESS);
    assertThat(good.counts().skipped()).isEqualTo(1);
    assertThat(engine.runner.taken()).containsExactly("/b", "/c");
    assertThat(engine.output()).isEqualTo(Map.of("/a", "1", "/c", "3"));
    assertThat(good.planned()).contains(failed.id());
  }

  @Test
  void aDeletedJobIsNoBaseAndItsFilesAreStillReplaced() {
    engine.put("in", Map.of("/a", "1", "/b", "2"));
    engine.copying("/*", 1);
    var first = engine.done();
    engine.put("in", Map.of("/b", "", "/c", "3"));
    var second = engine.done();
    engine.pipelines.jobs().delete(Engine.P, second.id());
    boolean seen = engine.versions.read(tx -> JobRows.find(tx, Engine.P, second.id()).isPresent());
    assertThat(seen).isFalse();
    engine.runner.taken();
    engine.put("in", Map.of("/c", "", "/d", "4"));
    var third = engine.done();
    assertThat(third.counts().skipped()).isEqualTo(1);
    assertThat(engine.runner.taken()).containsExactly("/d");
    assertThat(engine.output()).isEqualTo(Map.of("/a", "1", "/d", "4"));
    assertThat(first.results()).isPresent();
  }

  @Test
  void aNewSaltOrEveryJobRunsEverything() {
    engine.put("in", Map.of("/a", "1", "/b", "2"));
    engine.copying("/*", 1);
    engine.done();
    var spec = Engine.spec(Engine.P, Engine.leaf("in", "in", "/*"), 1);
    engine.pipelines.create(new Submitted(spec, "{}", "{}"), true, false);
    assertThat(engine.done().counts().skipped()).isEqualTo(2);
    engine.pipelines.create(new Submitted(spec, "{}", "{}"), true, true);
    assertThat(engine.done().counts().processed()).isEqualTo(2);
    engine.create(Engine.everyJob(spec));
    assertThat(engine.done().counts().processed()).isEqualTo(2);
    assertThat(engine.output()).hasSize(2);
  }

  @Test
  void aChangedInputIsPlannedInFullAndItsOldFilesGo() {
    engine.put("in", Map.of("/a", "1", "/d/b", "2"));
    engine.copying("/*", 1);
    engine.done();
    engine.create(Engine.spec(Engine.P, Engine.leaf("other", "in", "/a"), 1));
    var job = engine.done();
    assertThat(job.planned()).startsWith("made in full");
    assertThat(job.counts().processed()).isEqualTo(1);
    assertThat(engine.output()).isEqualTo(Map.of("/a", "1"));
  }

  @Test
  void twoJobsOfAPipelineRunSideBySide() {
    engine.put("/a", "hold");
    engine.copying("/*", 2);
    engine.runner.reached.acquireUninterruptibly();
    var first = engine.newest();
    engine.put("/b", "hold");
    engine.runner.reached.acquireUninterruptibly();
    assertThat(engine.newest().state()).isEqualTo(State.RUNNING);
    engine.runner.held.release();
    engine.runner.held.release();
    assertThat(engine.pipelines.jobs().await(Engine.P, first.id()).state())
        .isEqualTo(State.SUCCESS);
    var second = engine.done();
    assertThat(second.counts().skipped()).isEqualTo(1);
    assertThat(second.counts().processed()).isEqualTo(1);
    assertThat(engine.output()).hasSize(2);
  }

  @Test
  void aJobThatWaitsSaysForWhat() {
    engine.put("/a", "hold");
    engine.copying("/*", 2);
    engine.runner.reached.acquireUninterruptibly();
    var first = engine.newest();
    engine.put("/b", "2");
    Await.until("it waits", LONG, () -> engine.newest().waiting().contains(first.id()));
    assertThat(engine.newest().waiting()).contains("whose results it may reuse");
    assertThat(engine.newest().waitingSince()).isPresent();
    assertThat(engine.runner.taken()).containsExactly("/a", "/b");
    engine.put("/c", "3");
    assertThat(engine.newest().state()).isEqualTo(State.CREATED);
    assertThat(engine.newest().waiting()).contains("its turn");
    engine.runner.held.release();
    assertThat(engine.done().waiting()).isEmpty();
  }

  @Test
  void aJobThatIsTooLongIsKilled() {
    engine.put("/a", "hold");
    engine.create(
        Engine.within(
            Engine.spec(Engine.P, Engine.leaf("in", "in", "/*"), 1), Duration.ofMillis(300)));
    var job = engine.done();
    assertThat(job.state()).isEqualTo(State.KILLED);
    assertThat(job.reason()).isEqualTo(" jobtimed out");
    engine.put("/a", "1");
    assertThat(engine.done().state()).isEqualTo(State.SUCCESS);
  }

  @Test
  void aWorkerServesTheJobsOfItsVersionAndNoOther() {
    engine.put("/a", "1");
    engine.copying("/*", 1);
    engine.done();
    engine.put("/b", "2");
    engine.done();
    assertThat(engine.runner.started).containsExactly("default-p-v1-0");
    assertThat(engine.runner.closed).isEmpty();
    engine.copying("/*", 1);
    awaitEnds(1);
    engine.put("/c", "3");
    engine.done();
    assertThat(engine.runner.started).containsExactly("default-p-v1-0", "default-p-v2-0");
    engine.pipelines.stop(Engine.P);
    awaitEnds(2);
    engine.pipelines.start(Engine.P);
    engine.put("/d", "4");
    engine.done();
    assertThat(engine.runner.started).hasSize(3);
    engine.pipelines.delete(Engine.P, true, false);
    awaitEnds(3);
  }

  private void awaitEnds(int workers) {
    Await.until("workers end", LONG, () -> engine.runner.closed.size() == workers);
  }

  @Test
  void whatWasSaidBeforeAJobWasStoppedStaysToBeRead() {
    engine.put("/a", "hold");
    engine.copying("/*", 1);
    engine.runner.reached.acquireUninterruptibly();
    engine.pipelines.stop(Engine.P);
    var job = engine.newest();
    assertThat(job.state()).isEqualTo(State.KILLED);
    Await.until("it can be read", LONG, () -> said(job).contains("started datum"));
  }

  private String said(JobInfo job) {
    var text = new StringBuilder();
    engine.pipelines.jobs().logs(job, line -> text.append(line.text()).length() > 0);
    return text.toString();
  }

  @Test
  void whatFollowsAFailureIsUnrunnable() {
    engine.put("/a", "fail");
    engine.copying("/*", 1);
    var q = new PipelineName("default", "q");
    var r = new PipelineName("default", "r");
    engine.create(Engine.spec(q, Engine.leaf("p", "p", "/*"), 1));
    engine.create(Engine.spec(r, Engine.leaf("q", "q", "/*"), 1));
    assertThat(engine.done(r).state()).isEqualTo(State.UNRUNNABLE);
    assertThat(engine.done(r).reason())
        .isEqualTo("unrunnable because the following upstream pipelines failed: q");
    engine.put("/a", "1");
    assertThat(engine.done(r).state()).isEqualTo(State.SUCCESS);
    assertThat(engine.output("r")).isEqualTo(Map.of("/a", "1"));
  }

  @Test
  void whatIsInACheckpointIsNotRunAgain() {
    var files = new HashMap<String, String>(Map.of("/hold", "hold"));
    for (int i = 0; i < 300; i++) {
      files.put("/f" + i, "" + i);
    }
    engine.put("in", files);
    engine.copying("/*", 2);
    engine.runner.reached.acquireUninterruptibly();
    Await.until("the others are durable", LONG, () -> engine.newest().counts().processed() == 300);
    reopen();
    engine.runner.held.release();
    engine.scheduler.start();
    var job = engine.done();
    assertThat(job.state()).isEqualTo(State.SUCCESS);
    assertThat(engine.runner.taken()).containsExactly("/hold");
    assertThat(job.counts().processed()).isEqualTo(301);
    assertThat(engine.output()).hasSize(301);
    var starts = new TreeMap<String, Integer>();
    engine
        .pipelines
        .jobs()
        .logs(job)
        .forEachRemaining(line -> {
          if (!line.origin().master()) {
            starts.merge(line.datum(), 1, Integer::sum);
          }
        });
    assertThat(starts).hasSize(301);
    assertThat(starts.values().stream().filter(n -> n > 1)).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void siblingsThatShareANameAndACopyKeepTheirDatum() {
    engine.repo("other");
    engine.put("in", Map.of("/a", "1", "/b", "2"));
    engine.put("other", Map.of("/x", "3"));
    var union =
        new Input.Union(
            List.of(
                Engine.leaf("n", "in", "/*"),
                Engine.leaf("n", "in", "/a"),
                Engine.leaf("n", "other", "/*")));
    engine.create(Engine.spec(Engine.P, union, 1));
    assertThat(engine.done().counts().total()).isEqualTo(3);
    assertThat(engine.output()).isEqualTo(Map.of("/a", "1", "/b", "2", "/x", "3"));
    engine.put("/a", "");
    assertThat(engine.done().counts().total()).isEqualTo(2);
    assertThat(engine.output()).isEqualTo(Map.of("/b", "2", "/x", "3"));
  }

  @Test
  void twoPipelinesShareAnInputAndTheMachine() {
    var files = new HashMap<String, String>();
    for (int i = 0; i < 50; i++) {
      files.put("/f" + i, "" + i);
    }
    engine.put("in", files);
    var q = new PipelineName("default", "q");
    engine.copying("/*", 8);
    engine.create(Engine.spec(q, Engine.leaf("in", "in", "/*"), 8));
    assertThat(engine.done().counts().processed()).isEqualTo(50);
    assertThat(engine.done(q).counts().processed()).isEqualTo(50);
  }
}
