package dev.trunkline.runners;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Databases;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.runners.Cuts.How;
import dev.trunkline.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// P1 and P7: the world is cut at every write of an object and every commit of a transaction of put
/// + pipeline + job + put + job, and opened again. What was acknowledged is there, what was not is
///   there or not as a whole, and the rest of the script ends where an undisturbed run ends.
///
/// A sample of the cuts by default, all with `-Dcrash.all=true`; `-Dseed=N` repeats a sample.
class WorldCutCrashTest {
  private static final String SCRIPT = "tr a-z b-za < $in > /pfs/out/$(basename $in)";
  private static final Map<String, String> FIRST = Map.of("/a", "one", "/b", text(1));
  private static final Map<String, String> SECOND = Map.of("/a", "two", "/c", text(2));

  @TempDir static Path folder;
  private static int worlds;

  @BeforeAll
  static void compileTheAgent() throws Exception {
    AgentBinary.compile(folder.resolve("agent"), "-O1", "-static");
  }

  /// Letters that no codec makes small enough for a row.
  private static String text(int seed) {
    return new Random(seed)
        .ints(120_000, 'a', 'z' + 1)
        .mapToObj(c -> String.valueOf((char) c))
        .collect(Collectors.joining());
  }

  @Test
  void onSqliteTheWorldMayEndAnywhere() {
    cutEverywhere(
        32,
        () -> {
          var own = fresh();
          return place(own, () -> Databases.sqlite(own));
        });
  }

  @Test
  void onPostgresTheWorldMayEndAnywhere() {
    cutEverywhere(
        12,
        () -> {
          var url = Databases.postgresUrl();
          return place(fresh(), () -> Database.postgres(url, Clock.system()));
        });
  }

  private static Path fresh() {
    try {
      return Files.createDirectories(folder.resolve("world" + worlds++));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static World.Place place(Path own, Supplier<Database> database) {
    return new World.Place(own, folder.resolve("agent"), database);
  }

  private static void cutEverywhere(int sample, Supplier<World.Place> places) {
    var nothing = new Cuts(-1, How.DIES_BEFORE);
    var undisturbed = new Script(places.get());
    assertThat(undisturbed.run(nothing)).isTrue();
    var cases = new ArrayList<Cut>();
    for (long at = 0; at < nothing.events(); at++) {
      for (var how : How.values()) {
        cases.add(new Cut(at, how));
      }
    }
    Seeds.each(
        1,
        random -> {
          Collections.shuffle(cases, random);
          int most =
              Boolean.getBoolean("crash.all") ? cases.size() : Math.min(sample, cases.size());
          int reached = 0;
          for (var cut : cases.subList(0, most)) {
            try {
              reached += survives(places.get(), cut, undisturbed) ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
              throw new AssertionError("after " + cut + ": " + e.getMessage(), e);
            }
          }
          assertThat(reached).as("cuts that came to pass, of " + most).isGreaterThan(most / 2);
        });
  }

  /// Whether the cut came to pass; fails where the world did not survive it.
  private static boolean survives(World.Place place, Cut cut, Script undisturbed) {
    var script = new Script(place);
    var cuts = new Cuts(cut.at(), cut.how());
    if (!script.run(cuts)) {
      assertThat(script.run(new Cuts(-1, cut.how()))).as("the second attempt").isTrue();
    }
    assertThat(script.result).isEqualTo(undisturbed.result);
    return cuts.reached();
  }

  /// Where and how a world is cut.
  private record Cut(long at, How how) {}

  /// The script, and how far it got; it goes on where it was, as its author would.
  private static final class Script {
    private final World.Place place;
    private int acknowledged;
    private Map<String, String> result = Map.of();

    Script(World.Place place) {
      this.place = place;
    }

    /// Opens a world and goes on; false where the world ended or something failed on the way.
    boolean run(Cuts cuts) {
      try (var world = new World(place, cuts)) {
        check(world);
        goOn(world);
        world.verify();
        result = Map.of("in", world.hash("in"), "p", world.hash("p"));
        return true;
      } catch (Failure e) {
        assertThat(e).hasMessageContaining("the world was cut here");
        return false;
      }
    }

    private void goOn(World world) {
      step(1, world.hasRepo(), world::createRepo);
      step(2, world.commits() >= 1, () -> world.put(FIRST));
      step(3, world.hasPipeline(), () -> world.createPipeline(SCRIPT));
      assertThat(world.job().state()).isEqualTo(JobInfo.State.SUCCESS);
      step(4, world.commits() >= 2, () -> world.put(SECOND));
      var job = world.job();
      assertThat(job.state()).isEqualTo(JobInfo.State.SUCCESS);
      assertThat(List.of(job.counts().total(), job.counts().skipped())).isEqualTo(List.of(3L, 1L));
      assertThat(world.commits()).isEqualTo(2);
    }

    /// What was acknowledged is not done again: it must be there.
    private void step(int number, boolean there, Runnable work) {
      assertThat(there || acknowledged < number)
          .as("what step " + number + " did was acknowledged")
          .isTrue();
      if (!there) {
        work.run();
      }
      acknowledged = Math.max(acknowledged, number);
    }

    /// Old or new, nothing between.
    private static void check(World world) {
      if (!world.hasRepo()) {
        return;
      }
      int commits = world.commits();
      if (commits > 0) {
        var expected = new TreeMap<>(FIRST);
        if (commits > 1) {
          expected.putAll(SECOND);
        }
        assertThat(world.files("in")).isEqualTo(expected);
      }
    }
  }
}
