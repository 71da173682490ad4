package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.FilePath;
import dev.trunkline.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Trees against the plainest model there is: a sorted map from paths to contents.
class TreesLawTest {
  private final MemoryRecords records = new MemoryRecords();
  private final Trees trees = new Trees(records, ChunkLimits.TINY);

  private static FilePath path(Random random) {
    var names = new String[] {"a", "b", "a-b", "a.x", "c", "dd"};
    var path = FilePath.ROOT;
    int depth = 1 + random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      path = path.child((i + 1 < depth ? "d" : "f") + names[random.nextInt(6)]);
    }
    return path;
  }

  /// A random edit, done to the file set and to the model.
  private static void edit(Random random, FileSets.Writer set, Map<String, String> model) {
    var path = path(random);
    switch (random.nextInt(8)) {
      case 0 -> {
        set.delete(path, "default");
        model.remove(path.text());
      }
      case 1 -> {
        var directory = path.parent();
        set.deleteTree(directory, random.nextBoolean() ? "" : "default");
        model.keySet().removeIf(p -> p.startsWith(directory.asDirectory()));
      }
      default -> {
        var text =
            "x".repeat(random.nextInt(random.nextInt(3) == 0 ? 700 : 40)) + random.nextInt(9);
        if (random.nextBoolean()) {
          set.delete(path, "default");
          model.remove(path.text());
        }
        var content = set.content();
        content.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, text.length());
        set.append(path, "default", content.finish());
        model.merge(path.text(), text, String::concat);
      }
    }
  }

  private Root atOnce(Map<String, String> model) {
    var set = trees.fileSets().writer(records);
    model.forEach((path, text) -> {
      var content = set.content();
      content.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, text.length());
      set.append(new FilePath(path), "default", content.finish());
    });
    return trees.apply(Root.EMPTY, set.finish(), records);
  }

  private Map<String, String> read(Root root) {
    var files = new TreeMap<String, String>();
    trees
        .walk(root, FilePath.ROOT)
        .forEachRemaining(entry -> {
          if (entry instanceof Entry.OfFile file) {
            var out = new ByteArrayOutputStream();
            trees.reader().read(file.content(), 0, out::writeBytes);
            files.put(file.path().text(), out.toString(java.nio.charset.StandardCharsets.UTF_8));
          }
        });
    return files;
  }

  @Test
  void whateverTheRouteEqualFilesAreOneTree() {
    Seeds.each(
        80,
        random -> {
          var model = new TreeMap<String, String>();
          var layers = new ArrayList<Root>();
          for (int layer = 0; layer < 4; layer++) {
            var set = trees.fileSets().writer(records);
            int edits = random.nextInt(15);
            for (int i = 0; i < edits; i++) {
              edit(random, set, model);
            }
            layers.add(set.finish());
          }
          var oneByOne = Root.EMPTY;
          for (var layer : layers) {
            oneByOne = trees.apply(oneByOne, layer, records);
          }
          var root = oneByOne;
          assertThat(read(root)).isEqualTo(model);
          assertThat(root).isEqualTo(atOnce(model));
          assertThat(trees.apply(Root.EMPTY, foldLeft(layers), records)).isEqualTo(root);
          assertThat(foldRight(layers)).isEqualTo(foldLeft(layers));
          var first = trees.apply(Root.EMPTY, layers.getFirst(), records);
          assertThat(trees.apply(first, foldLeft(layers.subList(1, 4)), records)).isEqualTo(root);
        });
  }

  private Root foldLeft(List<Root> layers) {
    return layers.stream().reduce(Root.EMPTY, (a, b) -> trees.fileSets().fold(a, b, records));
  }

  private Root foldRight(List<Root> layers) {
    return layers.reversed().stream()
        .reduce(Root.EMPTY, (a, b) -> trees.fileSets().fold(b, a, records));
  }

  @Test
  void diffNamesExactlyThePathsThatDiffer() {
    Seeds.each(
        80,
        random -> {
          var model = new TreeMap<String, String>();
          var set = trees.fileSets().writer(records);
          for (int i = 0; i < 25; i++) {
            edit(random, set, model);
          }
          var before = trees.apply(Root.EMPTY, set.finish(), records);
          var old = new TreeMap<>(model);
          var next = trees.fileSets().writer(records);
          for (int i = 0; i < 5; i++) {
            edit(random, next, model);
          }
          var after = trees.apply(before, next.finish(), records);
          var expected = new TreeMap<>(old);
          expected.putAll(model);
          expected.keySet().removeIf(p -> java.util.Objects.equals(old.get(p), model.get(p)));
          var shown = new ArrayList<String>();
          trees
              .diff(before, after, FilePath.ROOT)
              .forEachRemaining(c -> shown.add(c.after().or(c::before).orElseThrow().shown()));
          assertThat(shown).isSorted();
          shown.removeIf(p -> p.endsWith("/"));
          assertThat(shown).containsExactlyElementsOf(expected.keySet());
        });
  }

  @Test
  void sizesAndCountsAreThoseOfTheFilesBelow() {
    Seeds.each(
        30,
        random -> {
          var model = new TreeMap<String, String>();
          var set = trees.fileSets().writer(records);
          for (int i = 0; i < 30; i++) {
            edit(random, set, model);
          }
          var root = trees.apply(Root.EMPTY, set.finish(), records);
          assertThat(root.summary().files()).isEqualTo(model.size());
          assertThat(root.summary().conflicts()).isZero();
          assertThat(root.summary().bytes())
              .isEqualTo(model.values().stream().mapToLong(String::length).sum());
          assertThat(Root.decode(root.encode())).isEqualTo(root);
        });
  }

  @Test
  void aPathThatStandsForTwoThingsIsFoundAndNamed() {
    var set = trees.fileSets().writer(records);
    set.append(FilePath.clean("/a"), "default", FileRef.empty());
    set.append(FilePath.clean("/a/b"), "default", FileRef.empty());
    var collision = trees.apply(Root.EMPTY, set.finish(), records);
    assertThat(trees.conflict(collision, FilePath.ROOT))
        .isEqualTo("file / directory path collision (/a)");
    var fix = trees.fileSets().writer(records);
    fix.delete(FilePath.clean("/a"), "default");
    assertThat(trees.apply(collision, fix.finish(), records).summary().conflicts()).isZero();

    var two = trees.fileSets().writer(records);
    two.append(FilePath.clean("/x/p"), "d1", FileRef.empty());
    two.append(FilePath.clean("/x/p"), "d2", FileRef.empty());
    var duplicate = trees.apply(Root.EMPTY, two.finish(), records);
    assertThat(trees.conflict(duplicate, FilePath.ROOT))
        .isEqualTo("duplicate path output by different datums (/x/p from d1 and /x/p from d2)");
    var scoped = trees.fileSets().writer(records);
    scoped.deleteTree(FilePath.ROOT, "d2");
    assertThat(trees.apply(duplicate, scoped.finish(), records).summary().conflicts()).isZero();
  }
}
