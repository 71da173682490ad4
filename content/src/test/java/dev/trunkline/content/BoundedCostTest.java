package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.FilePath;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Cost follows change: what is visited, read and written, in numbers that were measured and may
/// not grow with the size of a tree.
class BoundedCostTest {
  private static final int FILES = 20_000;

  private final MemoryRecords records = new MemoryRecords();
  private final Trees trees = new Trees(records, ChunkLimits.STANDARD);

  private Root tree(int files) {
    var set = trees.fileSets().writer(records);
    for (int i = 0; i < files; i++) {
      set.append(file(i), "default", FileRef.empty());
    }
    return trees.apply(Root.EMPTY, set.finish(), records);
  }

  private static FilePath file(int number) {
    return FilePath.clean("/d%02d/file-%06d".formatted(number / 1000, number));
  }

  @Test
  void sortedFilesAreWrittenOnceAndTakenOver() {
    var root = tree(FILES);
    assertThat(root.summary().files()).isEqualTo(FILES);
    assertThat(records.appends()).isLessThan(FILES / 50);
    assertThat(trees.keys().visits()).isLessThan(20);
  }

  @Test
  void aHundredEditsTouchTheNodesOnTheirPaths() {
    var root = tree(FILES);
    var random = new Random(1);
    var set = trees.fileSets().writer(records);
    for (int i = 0; i < 100; i++) {
      set.delete(file(random.nextInt(FILES)), "default");
    }
    var edits = set.finish();
    long visits = trees.keys().visits();
    long appends = records.appends();
    var after = trees.apply(root, edits, records);
    assertThat(after.summary().files()).isLessThan(FILES);
    assertThat(trees.keys().visits() - visits).isLessThan(600);
    assertThat(records.appends() - appends).isLessThan(160);
    visits = trees.keys().visits();
    trees.diff(root, after, FilePath.ROOT).forEachRemaining(_ -> {});
    assertThat(trees.keys().visits() - visits).isLessThan(400);
  }

  @Test
  void copyingADirectoryCostsItsDepth() {
    var root = tree(FILES);
    long visits = trees.keys().visits();
    long appends = records.appends();
    var set = trees.fileSets().writer(records);
    set.graft(FilePath.clean("/copies/all"), "other", root, false);
    var copied = trees.apply(root, set.finish(), records);
    assertThat(copied.summary().files()).isEqualTo(2L * FILES);
    assertThat(trees.directory(copied, FilePath.clean("/copies/all")).content())
        .isEqualTo(root.content());
    var again = trees.fileSets().writer(records);
    again.append(FilePath.clean("/copies/all/d03/new"), "default", FileRef.empty());
    again.graft(FilePath.clean("/copies/all"), "default", root, true);
    var twice = trees.apply(copied, again.finish(), records);
    assertThat(twice.summary().files()).isEqualTo(3L * FILES + 1);
    assertThat(records.appends() - appends).isLessThan(900);
    assertThat(trees.keys().visits() - visits).isLessThan(3_000);
  }

  @Test
  void copyingWhatManyDatumsWroteCostsItsNodes() {
    var set = trees.fileSets().writer(records);
    for (int i = 0; i < FILES; i++) {
      set.append(file(i), "%064x".formatted(i), FileRef.empty());
    }
    var root = trees.apply(Root.EMPTY, set.finish(), records);
    long visits = trees.keys().visits();
    long appends = records.appends();
    long stored = records.bytes();
    var copy = trees.fileSets().writer(records);
    copy.graft(FilePath.clean("/copy"), "default", root, false);
    var copied = trees.apply(root, copy.finish(), records);
    assertThat(copied.summary().files()).isEqualTo(2L * FILES);
    assertThat(trees.directory(copied, FilePath.clean("/copy")).content())
        .isEqualTo(root.content());
    assertThat(trees.keys().visits() - visits).isLessThan(450);
    assertThat(records.appends() - appends).isLessThan(450);
    assertThat(records.bytes() - stored).as("bytes for a file").isLessThan(100L * FILES);
    stored = records.bytes();
    var again = trees.fileSets().writer(records);
    again.graft(FilePath.clean("/again"), "default", root, false);
    trees.apply(copied, again.finish(), records);
    assertThat(records.bytes() - stored).as("only the root is new").isLessThan(4_000);
  }

  @Test
  void anAppendToALargeFileReadsItsTail() {
    var content = new byte[64 << 20];
    new Random(2).nextBytes(content);
    var limits = new ChunkLimits(4 << 10, 16 << 10, 64 << 10, 64);
    var writer = new FileWriter(records, limits);
    writer.write(content, 0, content.length);
    var file = writer.finish();
    long reads = records.reads();
    long appends = records.appends();
    var small = new FileWriter(records, limits);
    small.write(content, 0, 1000);
    var longer =
        FileWriter.concat(
            new FileReader(records), new FileWriter(records, limits), file, small.finish());
    assertThat(longer.length()).isEqualTo(content.length + 1000);
    assertThat(records.reads() - reads).isLessThan(6);
    assertThat(records.appends() - appends).isLessThan(8);
  }
}
