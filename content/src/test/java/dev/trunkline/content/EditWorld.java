package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.trunkline.base.FilePath;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Random trees and file sets of several datums beside what they mean: a sorted map from (path,
/// datum) to content.
final class EditWorld {
  static final String HASH = "0123456789abcdef".repeat(4);
  static final String[] DATUMS = {"default", "d2", HASH};
  private static final String[] NAMES = {"a", "b", "a-b", "a.x", "c", "dd", "!"};

  final MemoryRecords records = new MemoryRecords();
  final Trees trees;
  final FileSets sets;
  private final Scale scale;

  EditWorld(Scale scale) {
    this.scale = scale;
    trees = new Trees(records, scale.limits);
    sets = trees.fileSets();
  }

  /// How large things are.
  ///
  /// @param names different names of files in a directory
  /// @param files of a source at most
  /// @param edits of a file set at most
  /// @param rarity one content in so many is up to `longest` bytes long
  record Scale(ChunkLimits limits, int names, int files, int edits, int rarity, int longest) {
    /// Everything is met with a few files.
    static final Scale TINY = new Scale(ChunkLimits.TINY, 7, 40, 12, 4, 700);

    /// Directories have several nodes and some files several chunks, at the sizes of real stores.
    static final Scale STANDARD = new Scale(ChunkLimits.STANDARD, 900, 3000, 200, 300, 1_500_000);
  }

  /// What a tree holds, as simply as it can be said.
  record Model(TreeMap<String, TreeMap<String, String>> files) {
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

    /// What is left of it where only one datum is seen.
    Model of(String datum) {
      var copy = new Model();
      files.forEach((path, variants) -> {
        if (variants.containsKey(datum)) {
          copy.append(path, datum, variants.get(datum));
        }
      });
      return copy;
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

  FilePath path(Random random, boolean twins) {
    var path = FilePath.ROOT;
    int depth = 1 + random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      boolean file = i + 1 == depth;
      var kind = twins ? "" : file ? "f" : "d";
      var number = file && scale.names > NAMES.length ? "" + random.nextInt(scale.names) : "";
      path = path.child(kind + NAMES[random.nextInt(NAMES.length)] + number);
    }
    return path;
  }

  String text(Random random) {
    int length = random.nextInt(random.nextInt(scale.rarity) == 0 ? scale.longest : 30);
    if (random.nextBoolean()) {
      return "x".repeat(length) + random.nextInt(9);
    }
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return new String(bytes, ISO_8859_1);
  }

  FileRef content(FileSets.Writer set, String text) {
    var content = set.content();
    content.write(text.getBytes(ISO_8859_1), 0, text.length());
    return content.finish();
  }

  void edit(Random random, FileSets.Writer set, Model model, List<Copy> sources) {
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

  record Copy(Root root, Model model) {}

  void copy(Random random, FileSets.Writer set, Model model, List<Copy> sources) {
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

  Root atOnce(Model model, boolean reversed) {
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

  Map<String, ? extends Map<String, String>> read(Root root) {
    var files = new TreeMap<String, TreeMap<String, String>>();
    trees
        .walk(root, FilePath.ROOT)
        .forEachRemaining(entry -> {
          if (entry instanceof Entry.OfFile file) {
            var out = new ByteArrayOutputStream();
            trees.reader().read(file.content(), 0, out::writeBytes);
            files
                .computeIfAbsent(file.path().text(), _ -> new TreeMap<>())
                .put(file.datum(), out.toString(ISO_8859_1));
          }
        });
    return files;
  }

  List<Root> layers(Random random, Model model, List<Copy> sources) {
    var layers = new ArrayList<Root>();
    for (int layer = 0; layer < 4; layer++) {
      var set = sets.writer(records);
      int edits = random.nextInt(scale.edits);
      for (int i = 0; i < edits; i++) {
        edit(random, set, model, sources);
      }
      layers.add(set.finish());
    }
    return layers;
  }

  Copy source(Random random) {
    var model = new Model();
    int files = random.nextInt(scale.files);
    for (int i = 0; i < files; i++) {
      var datum = DATUMS[random.nextInt(random.nextInt(2) * 2 + 1)];
      var path = path(random, false).text();
      if (!model.files.containsKey(path)) {
        model.append(path, datum, text(random));
      }
    }
    return new Copy(atOnce(model, false), model);
  }

  Root fold(List<Root> layers) {
    return layers.stream().reduce(Root.EMPTY, (a, b) -> sets.fold(a, b, records));
  }
}
