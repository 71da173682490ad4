package dev.trunkline.planning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Blake2b256;
import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.base.Hash;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Item;
import dev.trunkline.content.MemoryRecords;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.content.Walk;
import dev.trunkline.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Three ways to the same plan: the plainest one, over lists; the full one; and the one that is
/// derived from any earlier plan of the same input.
class PlanLawTest {
  private static final String[] GLOBS = {"/", "/*", "/d*", "/**", "/*/*", "/da/*", "/fa", "/da/**"};
  private static final int REPOS = 3;

  private final MemoryRecords records = new MemoryRecords();
  private final Trees trees = new Trees(records, ChunkLimits.TINY);
  private final Planner planner = new Planner(trees);

  @Test
  void aDerivedPlanIsTheFullPlan() {
    Seeds.each(
        150,
        random -> {
          var input = composite(random, 1 + random.nextInt(3), new int[1], random.nextBoolean());
          var repos = new ArrayList<Root>(List.of(Root.EMPTY, Root.EMPTY, Root.EMPTY));
          var history = new ArrayList<Plan>();
          for (int step = 0; step < 8; step++) {
            for (int edits = random.nextInt(4); edits >= 0; edits--) {
              int repo = random.nextInt(REPOS);
              repos.set(repo, edited(random, repos.get(repo)));
            }
            var inputs = seen(input, repos);
            var full = planner.full(input, inputs, records);
            assertThat(datums(full)).isEqualTo(plainly(input, inputs));
            assertThat(full.total()).isEqualTo(datums(full).size());
            if (!history.isEmpty()) {
              var origin = history.get(random.nextInt(history.size()));
              var derived = planner.update(origin, input, inputs, records);
              assertSame(derived, full);
              history.add(random.nextBoolean() ? derived : full);
            } else {
              history.add(Plan.decode(full.datums(), full.encodeOrigin()));
            }
          }
        });
  }

  @Test
  void aPlanWithManyElementsIsMergedFromItsRuns() {
    var input = new Input.Union(List.of(leaf("a", 0, "/*", false), leaf("b", 1, "/*", false)));
    var many = many(Root.EMPTY, 20_000);
    var inputs = List.of(many, many);
    var full = planner.full(input, inputs, records);
    assertThat(full.total()).isEqualTo(40_000);
    var grown =
        planner.update(
            planner.full(input, List.of(Root.EMPTY, many), records), input, inputs, records);
    assertSame(grown, full);
  }

  @Test
  void oneChangedFileTouchesFewNodes() {
    var input =
        new Input.Cross(
            List.of(
                leaf("a", 0, "/*", false),
                new Input.Union(List.of(leaf("b", 1, "/*", false), leaf("c", 2, "/*", false)))));
    var many = many(Root.EMPTY, 20_000);
    var one = many(Root.EMPTY, 1);
    var two = many(Root.EMPTY, 2);
    var origin = planner.full(input, List.of(many, one, two), records);
    assertThat(origin.total()).isEqualTo(60_000);
    var inputs = List.of(put(many, "/f77", "new"), one, two);
    long before = trees.keys().visits();
    var derived = planner.update(origin, input, inputs, records);
    assertThat(trees.keys().visits() - before).isLessThan(400);
    assertSame(derived, planner.full(input, inputs, records));
  }

  @Test
  void aChangedReferenceTouchesNoDatum() {
    var input = new Input.Cross(List.of(leaf("a", 0, "/*", false), leaf("model", 1, "/", true)));
    var many = many(Root.EMPTY, 1000);
    var origin = planner.full(input, List.of(many, many), records);
    var derived = planner.update(origin, input, List.of(many, put(many, "/f1", "new")), records);
    assertThat(derived.datums()).isEqualTo(origin.datums());
    assertThat(derived.arrangements()).isEqualTo(origin.arrangements());
  }

  private void assertSame(Plan derived, Plan full) {
    assertThat(items(derived.datums())).isEqualTo(items(full.datums()));
    assertThat(derived.datums().content()).isEqualTo(full.datums().content());
    assertThat(derived.total()).isEqualTo(full.total());
    assertThat(derived.arrangements()).hasSameSizeAs(full.arrangements());
    for (int i = 0; i < full.arrangements().size(); i++) {
      assertThat(items(derived.arrangements().get(i))).isEqualTo(items(full.arrangements().get(i)));
    }
  }

  private List<Item> items(Root root) {
    var items = new ArrayList<Item>();
    trees.keys().scan(root, Bytes.EMPTY).forEachRemaining(items::add);
    return items;
  }

  private Map<Hash, Datum> datums(Plan plan) {
    var datums = new TreeMap<Hash, Datum>();
    items(plan.datums()).forEach(item -> datums.put(planner.datum(item).id(), planner.datum(item)));
    return datums;
  }

  private static Input.Pfs leaf(String name, int repo, String glob, boolean reference) {
    return new Input.Pfs(name, "default", "repo" + repo, "user", "master", glob, reference);
  }

  private static Input leaf(Random random, String name) {
    return leaf(
        name, random.nextInt(REPOS), GLOBS[random.nextInt(GLOBS.length)], random.nextInt(4) == 0);
  }

  /// A random input whose names are unique within a cross; siblings of a union may share one.
  private static Input composite(Random random, int depth, int[] names, boolean shared) {
    if (depth == 0 || random.nextInt(5) == 0) {
      return leaf(random, "n" + names[0]++);
    }
    var children = new ArrayList<Input>();
    boolean union = random.nextBoolean();
    for (int i = 0; i < 1 + random.nextInt(depth == 1 ? 3 : 2); i++) {
      boolean same = union && shared && i > 0 && children.getFirst() instanceof Input.Pfs;
      children.add(
          same
              ? leaf(random, children.getFirst().name())
              : composite(random, depth - 1, names, shared));
    }
    return union ? new Input.Union(children) : new Input.Cross(children);
  }

  private static List<Root> seen(Input input, List<Root> repos) {
    return input.leaves().map(leaf -> repos.get(leaf.repo().charAt(4) - '0')).toList();
  }

  private Root edited(Random random, Root root) {
    if (random.nextInt(12) == 0) {
      return Root.EMPTY;
    }
    var names = new String[] {"a", "b", "c"};
    var path = FilePath.ROOT;
    int depth = 1 + random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      path = path.child((i + 1 < depth ? "d" : "f") + names[random.nextInt(3)]);
    }
    var set = trees.fileSets().writer(records);
    if (random.nextInt(3) == 0) {
      set.deleteTree(random.nextBoolean() ? path.parent() : path, "");
      set.delete(path, "default");
      return trees.apply(root, set.finish(), records);
    }
    return put(root, path.text(), "" + random.nextInt(3));
  }

  private Root put(Root root, String path, String text) {
    var set = trees.fileSets().writer(records);
    var content = set.content();
    content.write(text.getBytes(UTF_8), 0, text.length());
    set.delete(new FilePath(path), "default");
    set.append(new FilePath(path), "default", content.finish());
    return trees.apply(root, set.finish(), records);
  }

  private Root many(Root root, int count) {
    var set = trees.fileSets().writer(records);
    for (int i = 0; i < count; i++) {
      var content = set.content();
      content.write(new byte[] {(byte) i}, 0, 1);
      set.append(new FilePath("/f" + i), "default", content.finish());
    }
    return trees.apply(root, set.finish(), records);
  }

  /// The definition in `pps.md` 2.2 to 2.4, word by word, over lists.
  private Map<Hash, Datum> plainly(Input input, List<Root> inputs) {
    var datums = new TreeMap<Hash, Datum>();
    var leaves = input.leaves().toList();
    for (var parts : lists(input, leaves, inputs, new int[1])) {
      datums.putIfAbsent(id(parts, leaves), datum(parts, leaves));
    }
    return datums;
  }

  private List<List<Datum.Part>> lists(
      Input input, List<Input.Pfs> leaves, List<Root> inputs, int[] next) {
    var all = new ArrayList<List<Datum.Part>>();
    switch (input) {
      case Input.Pfs leaf -> {
        int number = next[0]++;
        var glob = Glob.compile(leaf.glob());
        Walk.Descent everywhere = _ -> true;
        for (var entries = trees.walk(inputs.get(number), everywhere); entries.hasNext(); ) {
          var entry = entries.next();
          if (glob.matches(entry.path())) {
            all.add(List.of(part(leaf, number, entry)));
          }
        }
      }
      case Input.Union union ->
          union.children().forEach(child -> all.addAll(lists(child, leaves, inputs, next)));
      case Input.Cross cross -> {
        all.add(List.of());
        for (var child : cross.children()) {
          var right = lists(child, leaves, inputs, next);
          var left = List.copyOf(all);
          all.clear();
          left.forEach(l -> right.forEach(r -> all.add(joined(l, r))));
        }
      }
    }
    return all;
  }

  private static Datum.Part part(Input.Pfs leaf, int number, dev.trunkline.content.Entry entry) {
    return new Datum.Part(
        number,
        leaf.name(),
        entry.shown(),
        leaf.reference() ? java.util.Optional.empty() : java.util.Optional.of(entry.hash()),
        leaf.reference() ? 0 : entry.size());
  }

  private static List<Datum.Part> joined(List<Datum.Part> left, List<Datum.Part> right) {
    var all = new ArrayList<>(left);
    all.addAll(right);
    return all;
  }

  private static Hash id(List<Datum.Part> parts, List<Input.Pfs> leaves) {
    var digest = new Blake2b256();
    for (var part : parts) {
      var leaf = leaves.get(part.leaf());
      for (var text : List.of(leaf.name(), leaf.repo(), leaf.branch(), part.path())) {
        digest.update(text.getBytes(UTF_8));
        digest.update(ByteBuffer.allocate(8).putLong(text.length()).array());
      }
    }
    return digest.digest();
  }

  private static Datum datum(List<Datum.Part> parts, List<Input.Pfs> leaves) {
    var id = id(parts, leaves);
    return new Datum(id, new Datum(id, id, parts).salted(""), parts);
  }

  @Test
  void theHashOfADatumCoversIdContentAndSalt() {
    var input = leaf("in", 0, "/*", false);
    var plan = planner.full(input, List.of(put(Root.EMPTY, "/a", "1")), records);
    Iterator<Datum> datums = datums(plan).values().iterator();
    var datum = datums.next();
    assertThat(datum.salted("")).isEqualTo(datum.hash());
    assertThat(datum.salted("s")).isNotEqualTo(datum.hash());
    assertThat(datums).isExhausted();
  }
}
