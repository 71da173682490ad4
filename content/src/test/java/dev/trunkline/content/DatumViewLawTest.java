package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.EditWorld.Copy;
import dev.trunkline.content.EditWorld.Scale;
import dev.trunkline.testkit.Seeds;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// To see a tree by one datum is to see the tree that this datum alone would have made: whatever
/// the others wrote, beside its files or to the same paths.
class DatumViewLawTest {
  private final EditWorld world = new EditWorld(Scale.TINY);
  private final Trees trees = world.trees;

  /// A tree with conflicts, more often than not, and what it holds.
  private Copy tree(Random random, Copy base) {
    var model = base.model().copy();
    var root = base.root();
    for (var layer : world.layers(random, model, List.of(base))) {
      root = trees.apply(root, layer, world.records);
    }
    return new Copy(root, model);
  }

  private static List<String> shown(Iterator<Entry> entries) {
    var shown = new ArrayList<String>();
    entries.forEachRemaining(entry -> shown.add(shown(Optional.of(entry))));
    return shown;
  }

  private static String shown(Optional<Entry> entry) {
    return entry.map(e -> e.shown() + " " + e.size() + " " + e.hash()).orElse("nothing")
        + (entry.orElse(null) instanceof Entry.OfFile file ? file.datum() + file.content() : "");
  }

  private static List<String> changes(Iterator<TreeChange> changes) {
    var shown = new ArrayList<String>();
    changes.forEachRemaining(c -> shown.add(shown(c.before()) + " -> " + shown(c.after())));
    return shown;
  }

  @Test
  void oneDatumSeesItsFilesAlone() {
    Seeds.each(
        60,
        random -> {
          var tree = tree(random, world.source(random));
          var datum = EditWorld.DATUMS[random.nextInt(3)];
          var seen = trees.ofDatum(datum);
          var alone = world.atOnce(tree.model().of(datum), false);
          var root = tree.root();
          assertThat(shown(seen.walk(root, FilePath.ROOT)))
              .isEqualTo(shown(trees.walk(alone, FilePath.ROOT)));
          assertThat(shown(seen.walkBackwards(root, FilePath.ROOT, "")))
              .isEqualTo(shown(trees.walkBackwards(alone, FilePath.ROOT, "")));
          var glob = Glob.compile("/*/*a*");
          assertThat(shown(seen.glob(root, glob, "", "")))
              .isEqualTo(shown(trees.glob(alone, glob, "", "")));
          assertThat(shown(seen.walk(root, _ -> true)))
              .isEqualTo(shown(trees.walk(alone, _ -> true)));
          for (int i = 0; i < 20; i++) {
            var path = world.path(random, random.nextBoolean());
            assertThat(shown(seen.stat(root, path))).isEqualTo(shown(trees.stat(alone, path)));
            assertThat(shown(seen.list(root, path.parent())))
                .isEqualTo(shown(trees.list(alone, path.parent())));
          }
        });
  }

  @Test
  void conflictsAreJudgedByWhatIsSeen() {
    Seeds.each(
        60,
        random -> {
          var tree = tree(random, world.source(random));
          var datum = EditWorld.DATUMS[random.nextInt(3)];
          var seen = trees.ofDatum(datum);
          var alone = world.atOnce(tree.model().of(datum), false);
          if (alone.summary().conflicts() == 0) {
            seen.checkConsistent(tree.root());
          } else {
            assertThatThrownBy(() -> seen.checkConsistent(tree.root()))
                .isInstanceOf(Refusal.class)
                .hasMessage(trees.conflict(alone, FilePath.ROOT));
          }
        });
  }

  @Test
  void differencesAreThoseOfWhatIsSeen() {
    Seeds.each(
        60,
        random -> {
          var one = tree(random, world.source(random));
          var two = tree(random, random.nextBoolean() ? one : world.source(random));
          var old = EditWorld.DATUMS[random.nextInt(3)];
          var datum = random.nextInt(4) > 0 ? old : EditWorld.DATUMS[random.nextInt(3)];
          var before = world.atOnce(one.model().of(old), false);
          var after = world.atOnce(two.model().of(datum), false);
          var seen =
              trees.ofDatum(datum).diff(trees.ofDatum(old), one.root(), two.root(), FilePath.ROOT);
          assertThat(changes(seen)).isEqualTo(changes(trees.diff(before, after, FilePath.ROOT)));
        });
  }

  @Test
  void aCopyOfOneDatumTakesItsFilesAlone() {
    Seeds.each(
        60,
        random -> {
          var tree = tree(random, world.source(random));
          var datum = EditWorld.DATUMS[random.nextInt(3)];
          var alone = world.atOnce(tree.model().of(datum), false);
          var target = random.nextBoolean() ? FilePath.ROOT : world.path(random, false).parent();
          boolean append = random.nextBoolean();
          var copied = world.sets.writer(world.records);
          if (alone.summary().conflicts() > 0) {
            assertThatThrownBy(() -> copied.graft(target, "d2", tree.root(), datum, append))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("stands for two things");
            return;
          }
          copied.graft(target, "d2", tree.root(), datum, append);
          var expected = world.sets.writer(world.records);
          expected.graft(target, "d2", alone, append);
          assertThat(copied.finish()).isEqualTo(expected.finish());
        });
  }

  @Test
  void equalContentsOfDifferentDatumsDifferToOneWhoSeesOne() {
    var one = world.sets.writer(world.records);
    one.append(FilePath.clean("/d/f"), "d1", FileRef.empty());
    var two = world.sets.writer(world.records);
    two.append(FilePath.clean("/d/f"), "d2", FileRef.empty());
    var before = trees.apply(Root.EMPTY, one.finish(), world.records);
    var after = trees.apply(Root.EMPTY, two.finish(), world.records);
    assertThat(before.content()).isEqualTo(after.content());
    assertThat(trees.diff(before, after, FilePath.ROOT)).toIterable().isEmpty();
    assertThat(changes(trees.ofDatum("d2").diff(before, after, FilePath.ROOT))).hasSize(3);
  }
}
