package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.UTF_8;
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

/// File sets of several datums, with copies of whole directories, against a sorted map from (path,
/// datum) to content.
class FileSetLawTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final String[] DATUMS = {"default", "d2", HASH};
  private static final String[] NAMES = {"a", "b", "a-b", "a.x", "c", "dd", "!"};

  private final MemoryRecords records = new MemoryRecords();
  private final Trees trees = new Trees(records, ChunkLimits.TINY);
  private final FileSets sets = trees.fileSets();

  /// What a tree holds, as simply as it can be said.
  private record Model(TreeMap<String, TreeMap<String, String>> files) {
    Model() {
      this(new TreeMap<>());
    }

    Model copy() {
      var copy = new Model();
      files.forEach((path, variants) -> copy.files.put(path, new TreeMap<>(variants)));
      return copy;
    }

    void append(String path, String datum, String text) {
      files.computeIfAbsent(path, _ -> new TreeMap<>()).merge(datum, text, String::concat);
    }

    void delete(String path, String datum) {
      files.computeIfPresent(
          path,
          (_, variants) -> {
            variants.remove(datum);
            return variants.isEmpty() ? null : variants;
          });
    }

    void deleteTree(String prefix, String datum) {
      for (var path : new ArrayList<>(files.keySet())) {
        if (path.startsWith(prefix) && datum.isEmpty()) {
          files.remove(path);
        } else if (path.startsWith(prefix)) {
          delete(path, datum);
        }
      }
    }

    long conflicts() {
      long several = files.values().stream().filter(v -> v.size() > 1).count();
      long twins =
          files.keySet().stream()
              .filter(p -> files.keySet().stream().anyMatch(q -> q.startsWith(p + "/")))
              .count();
      return several + twins;
    }
  }

  private static FilePath path(Random random, boolean twins) {
    var path = FilePath.ROOT;
    int depth = 1 + random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      var kind = twins ? "" : i + 1 < depth ? "d" : "f";
      path = path.child(kind + NAMES[random.nextInt(NAMES.length)]);
    }
    return path;
  }

  private static String text(Random random) {
    return "x".repeat(random.nextInt(random.nextInt(4) == 0 ? 700 : 30)) + random.nextInt(9);
  }

  private static FileRef content(FileSets.Writer set, String text) {
    var content = set.content();
    content.write(text.getBytes(UTF_8), 0, text.length());
    return content.finish();
  }

  private void edit(Random random, FileSets.Writer set, Model model, List<Copy> sources) {
    boolean twins = random.nextInt(5) == 0;
    var path = path(random, twins);
    var datum = DATUMS[random.nextInt(random.nextInt(3) == 0 ? 3 : 1)];
    switch (random.nextInt(12)) {
      case 0, 1 -> {
        set.delete(path, datum);
        model.delete(path.text(), datum);
      }
      case 2 -> {
        var scope = random.nextBoolean() ? "" : datum;
        set.deleteTree(path.parent(), scope);
        model.deleteTree(path.parent().asDirectory(), scope);
      }
      case 3 -> copy(random, set, model, sources);
      case 4 -> {
        var text = text(random);
        set.replace(path, datum, content(set, text));
        model.delete(path.text(), datum);
        model.append(path.text(), datum, text);
      }
      default -> {
        var text = text(random);
        set.append(path, datum, content(set, text));
        model.append(path.text(), datum, text);
      }
    }
  }

  private record Copy(Root root, Model model) {}

  private void copy(Random random, FileSets.Writer set, Model model, List<Copy> sources) {
    var source = sources.get(random.nextInt(sources.size()));
    var from = random.nextInt(3) == 0 ? FilePath.ROOT : path(random, false).parent();
    var to = random.nextInt(4) == 0 ? FilePath.ROOT : path(random, false).parent();
    var directory = trees.directory(source.root, from);
    if (directory.summary().conflicts() > 0) {
      return;
    }
    boolean append = random.nextBoolean();
    var datum = DATUMS[random.nextInt(3)];
    set.graft(to, datum, directory, append);
    source.model.files.forEach((path, variants) -> {
      if (path.startsWith(from.asDirectory())) {
        var target = to.asDirectory() + path.substring(from.asDirectory().length());
        if (!append) {
          model.delete(target, datum);
        }
        model.append(target, datum, variants.firstEntry().getValue());
      }
    });
  }

  private Root atOnce(Model model, boolean reversed) {
    var set = sets.writer(records);
    var paths = new ArrayList<>(model.files.keySet());
    for (var path : reversed ? paths.reversed() : paths) {
      model
          .files
          .getOrDefault(path, new TreeMap<>())
          .forEach((datum, text) -> set.append(new FilePath(path), datum, content(set, text)));
    }
    return trees.apply(Root.EMPTY, set.finish(), records);
  }

  private Map<String, ? extends Map<String, String>> read(Root root) {
    var files = new TreeMap<String, TreeMap<String, String>>();
    trees
        .walk(root, FilePath.ROOT)
        .forEachRemaining(entry -> {
          if (entry instanceof Entry.OfFile file) {
            var out = new ByteArrayOutputStream();
            trees.reader().read(file.content(), 0, out::writeBytes);
            files
                .computeIfAbsent(file.path().text(), _ -> new TreeMap<>())
                .put(file.datum(), out.toString(UTF_8));
          }
        });
    return files;
  }

  private List<Root> layers(Random random, Model model, List<Copy> sources) {
    var layers = new ArrayList<Root>();
    for (int layer = 0; layer < 4; layer++) {
      var set = sets.writer(records);
      int edits = random.nextInt(12);
      for (int i = 0; i < edits; i++) {
        edit(random, set, model, sources);
      }
      layers.add(set.finish());
    }
    return layers;
  }

  private Copy source(Random random) {
    var model = new Model();
    int files = random.nextInt(40);
    for (int i = 0; i < files; i++) {
      var datum = DATUMS[random.nextInt(random.nextInt(2) * 2 + 1)];
      var path = path(random, false).text();
      if (!model.files.containsKey(path)) {
        model.append(path, datum, text(random));
      }
    }
    return new Copy(atOnce(model, false), model);
  }

  private Root fold(List<Root> layers) {
    return layers.stream().reduce(Root.EMPTY, (a, b) -> sets.fold(a, b, records));
  }

  @Test
  void whateverTheRouteEqualFilesAreOneTree() {
    Seeds.each(
        250,
        random -> {
          var sources = List.of(source(random), source(random));
          var base = source(random);
          var model = base.model.copy();
          var layers = layers(random, model, sources);
          var root = base.root;
          for (var layer : layers) {
            root = trees.apply(root, layer, records);
          }
          assertThat(read(root)).isEqualTo(model.files);
          assertThat(root.summary().conflicts()).isEqualTo(model.conflicts());
          assertThat(root.summary().files())
              .isEqualTo(model.files.values().stream().mapToLong(Map::size).sum());
          assertThat(root).isEqualTo(atOnce(model, random.nextBoolean()));
          var left = fold(layers);
          int at = random.nextInt(5);
          var grouped =
              sets.fold(fold(layers.subList(0, at)), fold(layers.subList(at, 4)), records);
          assertThat(grouped).isEqualTo(left);
          var right = sets.fold(layers.get(2), layers.get(3), records);
          right = sets.fold(layers.get(1), right, records);
          assertThat(sets.fold(layers.get(0), right, records)).isEqualTo(left);
          assertThat(trees.apply(base.root, left, records)).isEqualTo(root);
          assertThat(Root.decode(root.encode())).isEqualTo(root);
        });
  }

  @Test
  void contentDoesNotDependOnWhoWroteIt() {
    Seeds.each(
        60,
        random -> {
          var source = source(random);
          var other = new Model();
          source.model.files.forEach((path, variants) ->
              other.append(path, DATUMS[random.nextInt(3)], variants.firstEntry().getValue()));
          assertThat(atOnce(other, false).content()).isEqualTo(source.root.content());
        });
  }

  @Test
  void unitedOutputsAreTheirEditsInOrder() {
    Seeds.each(
        40,
        random -> {
          var sources = List.of(source(random));
          var layers = layers(random, new Model(), sources);
          var base = layers.removeFirst();
          assertThat(sets.unite(base, layers.iterator(), records))
              .isEqualTo(sets.fold(base, fold(layers), records));
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
    base.append(FilePath.clean("/f"), "default", content(base, "text"));
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
