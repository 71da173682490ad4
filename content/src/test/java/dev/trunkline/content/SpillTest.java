package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.FilePath;
import dev.trunkline.testkit.Seeds;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A stream of more edits than its memory holds, several times over and in no order, leaves the
/// file set of the same edits in order.
class SpillTest {
  /// An edit takes more than 400 bytes of the 16 MiB that are held.
  private static final int EDITS = 130_000;

  private final MemoryRecords records = new MemoryRecords();
  private final Trees trees = new Trees(records, ChunkLimits.STANDARD);

  private static FileRef content(FileSets.Writer set, String text) {
    var content = set.content();
    content.write(text.getBytes(UTF_8), 0, text.length());
    return content.finish();
  }

  @Test
  void editsPastTheBudgetAreFoldedInOrder() {
    Seeds.each(
        1,
        random -> {
          var set = trees.fileSets().writer(records);
          var model = new TreeMap<String, String>();
          for (int i = 0; i < EDITS; i++) {
            var path = "/d%02d/f%05d".formatted(random.nextInt(40), random.nextInt(3000));
            var file = new FilePath(path);
            switch (random.nextInt(i % 1000 == 0 ? 9 : 8)) {
              case 0 -> {
                set.delete(file, "default");
                model.remove(path);
              }
              case 8 -> {
                set.deleteTree(file.parent(), random.nextBoolean() ? "" : "default");
                var prefix = file.parent().asDirectory();
                model.subMap(prefix, prefix + Character.MAX_VALUE).clear();
              }
              default -> {
                var text = "," + i;
                set.append(file, "default", content(set, text));
                model.merge(path, text, String::concat);
              }
            }
          }
          var spilled = trees.apply(Root.EMPTY, set.finish(), records);
          var sorted = trees.fileSets().writer(records);
          model.forEach(
              (path, text) -> sorted.append(new FilePath(path), "default", content(sorted, text)));
          assertThat(spilled).isEqualTo(trees.apply(Root.EMPTY, sorted.finish(), records));
          assertThat(spilled.summary().files()).isEqualTo(model.size());
        });
  }
}
