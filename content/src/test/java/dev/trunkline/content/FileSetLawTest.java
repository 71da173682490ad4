package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.FilePath;
import dev.trunkline.content.EditWorld.Model;
import dev.trunkline.content.EditWorld.Scale;
import dev.trunkline.testkit.Seeds;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// File sets of several datums, with copies of whole directories, against a sorted map from (path,
/// datum) to content.
class FileSetLawTest {
  private final EditWorld world = new EditWorld(Scale.TINY);
  private final MemoryRecords records = world.records;
  private final Trees trees = world.trees;
  private final FileSets sets = world.sets;

  @Test
  void whateverTheRouteEqualFilesAreOneTree() {
    Seeds.each(250, random -> anyRouteIsOneTree(world, random));
  }

  @Test
  void soTheyAreAtTheSizesOfRealStores() {
    Seeds.each(4, random -> anyRouteIsOneTree(new EditWorld(Scale.STANDARD), random));
  }

  private static void anyRouteIsOneTree(EditWorld world, Random random) {
    var records = world.records;
    var trees = world.trees;
    var sets = world.sets;
    var sources = List.of(world.source(random), world.source(random));
    var base = world.source(random);
    var model = base.model().copy();
    var layers = world.layers(random, model, sources);
    var root = base.root();
    for (var layer : layers) {
      root = trees.apply(root, layer, records);
    }
    assertThat(world.read(root)).isEqualTo(model.files());
    assertThat(root.summary().conflicts()).isEqualTo(model.conflicts());
    assertThat(root.summary().files())
        .isEqualTo(model.files().values().stream().mapToLong(Map::size).sum());
    assertThat(root).isEqualTo(world.atOnce(model, random.nextBoolean()));
    var left = world.fold(layers);
    int at = random.nextInt(5);
    var grouped =
        sets.fold(world.fold(layers.subList(0, at)), world.fold(layers.subList(at, 4)), records);
    assertThat(grouped).isEqualTo(left);
    var right = sets.fold(layers.get(2), layers.get(3), records);
    right = sets.fold(layers.get(1), right, records);
    assertThat(sets.fold(layers.get(0), right, records)).isEqualTo(left);
    assertThat(trees.apply(base.root(), left, records)).isEqualTo(root);
    assertThat(Root.decode(root.encode())).isEqualTo(root);
    assertThat(Root.decode(left.encode())).isEqualTo(left);
  }

  @Test
  void contentDoesNotDependOnWhoWroteIt() {
    Seeds.each(
        60,
        random -> {
          var source = world.source(random);
          var other = new Model();
          source
              .model()
              .files()
              .forEach((path, variants) ->
                  other.append(
                      path, EditWorld.DATUMS[random.nextInt(3)], variants.firstEntry().getValue()));
          assertThat(world.atOnce(other, false).content()).isEqualTo(source.root().content());
        });
  }

  @Test
  void unitedOutputsAreTheirEditsInOrder() {
    Seeds.each(
        40,
        random -> {
          var sources = List.of(world.source(random));
          var layers = world.layers(random, new Model(), sources);
          var base = layers.removeFirst();
          assertThat(sets.unite(base, layers.iterator(), records))
              .isEqualTo(sets.fold(base, world.fold(layers), records));
        });
  }

  @Test
  void editsAreFoundByPath() {
    var set = sets.writer(records);
    set.append(FilePath.clean("/d/new"), "default", FileRef.empty());
    set.delete(FilePath.clean("/old"), "default");
    set.deleteTree(FilePath.clean("/gone"), "");
    var root = set.finish();
    assertThat(sets.touches(root, FilePath.clean("/d/new"))).isTrue();
    assertThat(sets.touches(root, FilePath.clean("/old"))).isTrue();
    assertThat(sets.touches(root, FilePath.clean("/d"))).isFalse();
    assertThat(sets.touches(root, FilePath.clean("/gone/x"))).isFalse();
    assertThat(sets.paths(root))
        .toIterable()
        .containsExactly(FilePath.clean("/d/new"), FilePath.clean("/old"));
  }

  @Test
  void aDeletedFileAndATruncatedOneDiffer() {
    var base = sets.writer(records);
    base.append(FilePath.clean("/f"), "default", world.content(base, "text"));
    var tree = trees.apply(Root.EMPTY, base.finish(), records);
    var deleted = sets.writer(records);
    deleted.delete(FilePath.clean("/f"), "default");
    var truncated = sets.writer(records);
    truncated.replace(FilePath.clean("/f"), "default", FileRef.empty());
    assertThat(trees.apply(tree, deleted.finish(), records)).isEqualTo(Root.EMPTY);
    assertThat(trees.stat(trees.apply(tree, truncated.finish(), records), FilePath.clean("/f")))
        .hasValueSatisfying(entry -> assertThat(entry.size()).isZero());
  }
}
