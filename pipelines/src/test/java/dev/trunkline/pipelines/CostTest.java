package dev.trunkline.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Clock;
import dev.trunkline.metadata.Databases;
import dev.trunkline.objects.MemoryObjects;
import dev.trunkline.pipelines.JobInfo.State;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cost follows change: counted in visited nodes, never in seconds. Ten files are a datum.
class CostTest {
  /// One changed file, from its commit to the end of its job: measured, and a fifth more.
  private static final long MOST = 200;

  @TempDir private Path folder;

  @Test
  void oneFileAmongTenThousand() {
    assertThat(visits(10_000)).isLessThan(MOST);
  }

  @Test
  void oneFileAmongAHundredThousand() {
    assertThat(visits(100_000)).isLessThan(MOST);
  }

  private long visits(int files) {
    try (var database = Databases.sqlite(folder);
        var engine = new Engine(database, new MemoryObjects(), Clock.system()).started()) {
      engine.repo("in");
      try (var write = engine.versions.files().modify(Engine.head("in"))) {
        for (int i = 0; i < files; i++) {
          write.append("/d" + i / 10 + "/f" + i, "", Integer.toString(i).getBytes(UTF_8));
        }
        write.commit();
      }
      engine.copying("/*", 2);
      assertThat(engine.done().counts().processed()).isEqualTo(files / 10);
      engine.awaitMeta();
      long before = engine.storage.trees().keys().visits();
      engine.put("/d7/f77", "new");
      var job = engine.done();
      engine.awaitMeta();
      long visits = engine.storage.trees().keys().visits() - before;
      assertThat(job.state()).isEqualTo(State.SUCCESS);
      assertThat(job.counts().processed()).isEqualTo(1);
      assertThat(job.counts().skipped()).isEqualTo(files / 10 - 1);
      return visits;
    }
  }
}
