package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.testkit.Seeds;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Walks against a sorted set of what entries are shown as.
class WalkLawTest {
  private final MemoryRecords records = new MemoryRecords();
  private final Trees trees = new Trees(records, ChunkLimits.TINY);

  private static final String[] NAMES = {"a", "b", "a-b", "a.x", "c", "dd", "ab"};

  private static FilePath path(Random random) {
    var path = FilePath.ROOT;
    int depth = 1 + random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      path = path.child((i + 1 < depth ? "d" : "f") + NAMES[random.nextInt(NAMES.length)]);
    }
    return path;
  }

  private Root tree(Random random, NavigableSet<String> shown) {
    var set = trees.fileSets().writer(records);
    int files = random.nextInt(40);
    for (int i = 0; i < files; i++) {
      var path = path(random);
      set.append(path, "default", FileRef.empty());
      shown.add(path.text());
      for (var up = path.parent(); shown.add(up.asDirectory()) && !up.isRoot(); ) {
        up = up.parent();
      }
    }
    return trees.apply(Root.EMPTY, set.finish(), records);
  }

  private static List<String> shown(Iterator<Entry> entries) {
    var shown = new ArrayList<String>();
    entries.forEachRemaining(entry -> shown.add(entry.shown()));
    return shown;
  }

  private static String marker(Random random, NavigableSet<String> shown) {
    int pick = random.nextInt(4);
    if (pick == 0) {
      return "";
    }
    var known = shown.isEmpty() ? null : shown.ceiling(path(random).text());
    return pick == 1 || known == null ? path(random).text() : known;
  }

  @Test
  void walksAndListsSeekInBothDirections() {
    Seeds.each(
        400,
        random -> {
          var all = new TreeSet<String>();
          var root = tree(random, all);
          var marker = marker(random, all);
          var at = random.nextInt(3) == 0 ? path(random).parent() : FilePath.ROOT;
          var below = new TreeSet<>(all);
          below.removeIf(s -> !s.startsWith(at.asDirectory()));
          var after = marker.isEmpty() ? below : below.tailSet(marker, false);
          var before = marker.isEmpty() ? below : below.headSet(marker, false);
          assertThat(shown(trees.walk(root, at, marker))).containsExactlyElementsOf(after);
          assertThat(shown(trees.walkBackwards(root, at, marker)))
              .containsExactlyElementsOf(new ArrayList<>(before).reversed());
          var list = new ArrayList<>(after);
          list.removeIf(s -> !isChild(at, s));
          assertThat(shown(trees.list(root, at, marker))).isEqualTo(list);
          var back = new ArrayList<>(before);
          back.removeIf(s -> !isChild(at, s));
          assertThat(shown(trees.listBackwards(root, at, marker))).isEqualTo(back.reversed());
        });
  }

  private static boolean isChild(FilePath directory, String shown) {
    return !shown.equals(directory.asDirectory())
        && FilePath.clean(shown).parent().equals(directory);
  }

  @Test
  void globsFindWhatTheyMatch() {
    var patterns =
        List.of(
            "/",
            "/*",
            "/**",
            "/da/*",
            "/d*/f*",
            "/da/f*",
            "/da*",
            "/fa",
            "/d{a,b}/**",
            "/da/db/*",
            "/*/*b",
            "/da-b/fa.x");
    Seeds.each(
        200,
        random -> {
          var all = new TreeSet<String>();
          var root = tree(random, all);
          for (var pattern : patterns) {
            var glob = Glob.compile(pattern);
            var from = random.nextInt(3) == 0 ? path(random).text() : "";
            var before = random.nextInt(3) == 0 ? path(random).text() : "";
            var expected = new TreeSet<>(all);
            expected.removeIf(s ->
                !glob.matches(FilePath.clean(s))
                    || s.compareTo(from) < 0
                    || (!before.isEmpty() && s.compareTo(before) >= 0));
            assertThat(shown(trees.glob(root, glob, from, before)))
                .as(pattern + " in " + all)
                .containsExactlyElementsOf(expected);
          }
        });
  }

  @Test
  void seekingIntoALargeDirectoryReadsAFewNodes() {
    var standard = new Trees(records, ChunkLimits.STANDARD);
    var set = standard.fileSets().writer(records);
    for (int i = 0; i < 20_000; i++) {
      set.append(FilePath.clean("/d/file-%06d".formatted(i)), "default", FileRef.empty());
    }
    var root = standard.apply(Root.EMPTY, set.finish(), records);
    long visits = standard.keys().visits();
    standard.list(root, FilePath.clean("/d"), "/d/file-015000").next();
    standard.walkBackwards(root, FilePath.ROOT, "/d/file-015000").next();
    standard.glob(root, Glob.compile("/d/file-01234?"), "", "").forEachRemaining(_ -> {});
    assertThat(standard.keys().visits() - visits).isLessThan(30);
  }
}
