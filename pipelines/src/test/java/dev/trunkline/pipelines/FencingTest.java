package dev.trunkline.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;
import dev.trunkline.metadata.Duties;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.pipelines.JobInfo.State;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Two servers on one PostgreSQL: the one that was paused past its lease writes nothing more.
class FencingTest {
  @Test
  void aServerThatWasFencedThoughItLivesBeginsAnewAndGoesOn() {
    var url = Databases.postgresUrl();
    var objects = new MemoryObjects();
    try (var mine = Database.postgres(url, Clock.system());
        var its = Database.postgres(url, Clock.system());
        var fenced = new Engine(mine, objects, Clock.system()).started();
        var store = fenced.storage;
        var other = new Engine(its, objects, Clock.system())) {
      store.start();
      fenced.repo("in");
      fenced.put("in", Map.of("/a", "1", "/hold", "hold"));
      fenced.copying("/*", 2);
      fenced.runner.reached.acquireUninterruptibly();
      other.storage.fenceOthers();
      fenced.runner.held.release(2);
      var job = fenced.done();
      assertThat(job.state()).isEqualTo(State.SUCCESS);
      assertThat(store.isWritable()).isTrue();
      fenced.put("/b", "2");
      assertThat(fenced.done().counts().processed()).isEqualTo(1);
      assertThat(fenced.output()).isEqualTo(Map.of("/a", "1", "/b", "2", "/hold", "hold"));
    }
  }

  @Test
  void aHolderThatWasPausedIsRefusedAndTheJobEndsOnce() {
    var url = Databases.postgresUrl();
    var objects = new MemoryObjects();
    try (var slow = new PausableDatabase(Database.postgres(url, Clock.system()));
        var fast = Database.postgres(url, Clock.system())) {
      var paused = new Engine(slow, objects, Clock.system()).started();
      paused.repo("in");
      paused.put("in", Map.of("/a", "1", "/hold", "hold"));
      paused.copying("/*", 2);
      paused.runner.reached.acquireUninterruptibly();
      var id = paused.newestId(Engine.P);

      slow.pause();
      Duties.releaseAll(fast);
      var taking = new Engine(fast, objects, Clock.system()).started();
      taking.runner.held.release();
      var done = taking.pipelines.jobs().await(Engine.P, id);
      assertThat(done.state()).isEqualTo(State.SUCCESS);
      assertThat(done.counts().processed()).isEqualTo(2);

      slow.resume();
      paused.runner.held.release();
      paused.scheduler.close();
      var after = taking.pipelines.jobs().inspect(Engine.P, id);
      assertThat(after).isEqualTo(done);
      var results = new ArrayList<DatumResult>();
      taking.pipelines.jobs().datums(after).forEachRemaining(results::add);
      assertThat(results).hasSize(2);
      assertThat(taking.output()).isEqualTo(Map.of("/a", "1", "/hold", "hold"));
      paused.close();
      taking.close();
    }
  }
}
