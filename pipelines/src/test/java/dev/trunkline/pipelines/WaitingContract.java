package dev.trunkline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.pipelines.JobInfo.State;
import dev.trunkline.planning.Input;
import dev.trunkline.testkit.Await;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitInfo;
import dev.trunkline.versions.RepoName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a job says while it waits, what wakes it, and what it costs until then.
abstract class WaitingContract {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final PipelineName Q = new PipelineName("default", "q");

  private final MemoryObjects objects = new MemoryObjects();
  private CountingDatabase database;
  private PausableDatabase pausable;
  private Engine engine;

  abstract Database database();

  @BeforeEach
  void open() {
    database = new CountingDatabase(database());
    pausable = new PausableDatabase(database);
    engine = new Engine(pausable, objects, Clock.system()).started();
    engine.repo("in");
  }

  @AfterEach
  void close() {
    engine.close();
    database.close();
  }

  private static void begin(Engine by, String repo) {
    by.versions.change(change ->
        change.startCommit(
            new BranchName(RepoName.user("default", repo), "master"), Optional.empty(), ""));
  }

  private static CommitInfo finish(Engine by, String repo) {
    by.versions.change(change -> {
      change.finishCommit(Engine.head(repo), "", "");
      return true;
    });
    return by.versions.commits().await(Engine.head(repo), CommitInfo.State.FINISHED);
  }

  private void waits(PipelineName pipeline, String forWhat) {
    Await.until(
        pipeline + " waits for " + forWhat,
        LONG,
        () -> job(pipeline).waiting().startsWith(forWhat));
  }

  private JobInfo job(PipelineName pipeline) {
    return engine.pipelines.jobs().inspect(pipeline, engine.newestId(pipeline));
  }

  /// A pipeline of which every commit in `in` makes a job, and all of them wait for `gate`.
  private void gated(int workers) {
    engine.repo("gate");
    begin(engine, "gate");
    var both =
        new Input.Cross(List.of(Engine.leaf("in", "in", "/*"), Engine.leaf("gate", "gate", "/")));
    engine.create(Engine.spec(Engine.P, both, workers));
  }

  @Test
  void aJobWhoseInputIsUnfinishedNamesIt() {
    engine.copying("/*", 1);
    engine.done();
    begin(engine, "in");
    waits(Engine.P, "commit default/in@" + engine.newestId(Engine.P) + ", which it reads");
    assertThat(engine.newest().state()).isEqualTo(State.STARTING);
    finish(engine, "in");
    assertThat(engine.done().state()).isEqualTo(State.SUCCESS);
    assertThat(engine.done().waiting()).isEmpty();
  }

  @Test
  void aJobWaitsForWhatFeedsIt() {
    engine.put("/a", "hold");
    engine.copying("/*", 1);
    engine.create(Engine.spec(Q, Engine.leaf("p", "p", "/*"), 1));
    waits(Q, "commit default/p@" + engine.newestId(Engine.P));
    engine.runner.held.release(2);
    assertThat(engine.done(Q).state()).isEqualTo(State.SUCCESS);
  }

  @Test
  void aCommitThatFinishesBetweenTheLookAndTheRestIsNotMissed() {
    engine.copying("/*", 1);
    engine.done();
    engine.awaitMeta();
    try (var other = new Engine(database, objects, Clock.system())) {
      pausable.pause();
      int before = pausable.held();
      begin(other, "in");
      Await.until("it is to be laid to rest", LONG, () -> pausable.held() > before);
      finish(other, "in");
      pausable.resume();
      assertThat(engine.done().state()).isEqualTo(State.SUCCESS);
    }
  }

  @Test
  void jobsOfAPipelineTakeTheirTurns() {
    engine.put("/a", "hold");
    engine.copying("/*", 2);
    engine.runner.reached.acquireUninterruptibly();
    var first = engine.newest();
    engine.put("/b", "2");
    waits(Engine.P, "job " + first.id() + ", whose results it may reuse");
    var second = engine.newest();
    engine.put("/c", "3");
    assertThat(engine.newest().waiting()).startsWith("its turn").contains("2 at a time");
    assertThat(engine.newest().state()).isEqualTo(State.CREATED);
    engine.stop(Engine.P, second.id());
    waits(Engine.P, "job " + first.id());
    engine.runner.held.release();
    assertThat(engine.done().state()).isEqualTo(State.SUCCESS);
    assertThat(engine.output()).isEqualTo(Map.of("/a", "hold", "/b", "2", "/c", "3"));
  }

  @Test
  void aJobBeginsBesideItsBaseAsSoonAsThatIsPlanned() {
    engine.repo("gate");
    var both =
        new Input.Cross(List.of(Engine.leaf("in", "in", "/*"), Engine.leaf("gate", "gate", "/")));
    engine.put("/a", "hold");
    engine.put("gate", Map.of("/g", "1"));
    begin(engine, "gate");
    engine.create(Engine.spec(Engine.P, both, 2));
    waits(Engine.P, "commit default/gate@");
    engine.put("/b", "2");
    waits(Engine.P, "commit default/gate@");
    finish(engine, "gate");
    engine.runner.reached.acquireUninterruptibly();
    Await.until("the other ran beside it", LONG, () -> engine.runner.ran.contains("/b"));
    engine.runner.held.release();
    assertThat(engine.done().counts().processed()).isEqualTo(1);
  }

  /// Two jobs: one that holds, and one that waits for it; then the first comes to nothing.
  private void withoutBase(Map<String, String> files, Consumer<String> end) {
    engine.put("/z", "0");
    engine.copying("/*", 2);
    engine.done();
    engine.put("in", files);
    engine.runner.reached.acquireUninterruptibly();
    var base = engine.newest().id();
    engine.put("in", Map.of("/a", "1", "/b", "2"));
    waits(Engine.P, "job " + base + ", whose results it may reuse");
    end.accept(base);
    var job = engine.done();
    assertThat(job.state()).isEqualTo(State.SUCCESS);
    assertThat(job.restart()).isEqualTo(1);
    assertThat(job.counts().skipped()).isEqualTo(1);
    assertThat(engine.output()).isEqualTo(Map.of("/a", "1", "/b", "2", "/z", "0"));
  }

  @Test
  void aBaseThatIsStoppedIsReplaced() {
    withoutBase(Map.of("/a", "hold"), base -> engine.stop(Engine.P, base));
  }

  @Test
  void aBaseThatFailsIsReplaced() {
    withoutBase(
        Map.of("/a", "hold", "/b", "fail"),
        base -> {
          engine.runner.held.release();
          assertThat(engine.pipelines.jobs().await(Engine.P, base).state())
              .isEqualTo(State.FAILURE);
        });
  }

  @Test
  void aBaseThatIsDeletedIsReplaced() {
    withoutBase(Map.of("/a", "hold"), base -> engine.pipelines.jobs().delete(Engine.P, base));
  }

  @Test
  void aJobWithoutASlotSaysSoAndRunsWhenItIsStopped() {
    engine.put("in", Map.of("/a", "hold", "/b", "hold", "/c", "hold", "/d", "hold"));
    engine.copying("/*", 8);
    engine.runner.reached.acquireUninterruptibly(4);
    var first = engine.newest();
    engine.repo("other");
    engine.put("other", Map.of("/x", "1"));
    engine.create(Engine.spec(Q, Engine.leaf("other", "other", "/*"), 1));
    waits(Q, "a slot");
    assertThat(job(Q).state()).isEqualTo(State.RUNNING);
    engine.stop(Engine.P, first.id());
    assertThat(engine.done(Q).state()).isEqualTo(State.SUCCESS);
  }

  @Test
  void aPipelineHasNoMoreDatumsAtWorkThanWorkers() {
    engine.put("in", Map.of("/a", "hold", "/b", "hold", "/c", "hold"));
    engine.copying("/*", 2);
    engine.runner.reached.acquireUninterruptibly(2);
    engine.put("/d", "hold");
    waits(Engine.P, "a slot");
    assertThat(engine.runner.reached.availablePermits()).isZero();
    engine.runner.held.release(4);
    assertThat(engine.done().state()).isEqualTo(State.SUCCESS);
  }

  @Test
  void jobsThatRestAreNotLookedAt() {
    int jobs = 120;
    gated(jobs / 2);
    for (int i = 0; i < jobs; i++) {
      engine.put("/f" + i, "1");
    }
    Await.until("all that may begin wait for the gate", LONG, () -> resting() == jobs / 2);
    engine.repo("other");
    long before = database.transactions();
    engine.put("other", Map.of("/x", "1"));
    engine.versions.commits().await(Engine.head("other"), CommitInfo.State.FINISHED);
    begin(engine, "other");
    finish(engine, "other");
    assertThat(database.transactions() - before).isLessThan(jobs);
  }

  private int resting() {
    return database.read(tx ->
        tx.handle()
            .createQuery("select count(*) from pipelines_jobs where awaits like 'commit %'")
            .mapTo(Integer.class)
            .one());
  }
}
