package dev.trunkline.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileContentLawTest {
  private final MemoryRecords records = new MemoryRecords();
  private final FileReader reader = new FileReader(records);

  private FileRef write(byte[] content, Random random) {
    var writer = new FileWriter(records, ChunkLimits.TINY);
    int from = 0;
    while (from < content.length) {
      int some = Math.min(content.length - from, 1 + random.nextInt(2000));
      writer.write(content, from, some);
      from += some;
    }
    return writer.finish();
  }

  private byte[] read(FileRef file, long offset) {
    var out = new ByteArrayOutputStream();
    reader.read(file, offset, out::writeBytes);
    return out.toByteArray();
  }

  private static byte[] content(Random random) {
    int[] sizes = {0, 1, 127, 128, 129, 300, 5000, 40_000};
    var content =
        new byte[random.nextInt(2) == 0 ? sizes[random.nextInt(8)] : random.nextInt(3000)];
    if (random.nextInt(4) > 0) {
      random.nextBytes(content);
    }
    return content;
  }

  @Test
  void readsWhatWasWrittenFromAnyOffset() {
    Seeds.each(
        150,
        random -> {
          var content = content(random);
          var file = write(content, random);
          assertThat(file.length()).isEqualTo(content.length);
          int offset = random.nextInt(content.length + 10);
          assertThat(read(file, offset))
              .isEqualTo(
                  Arrays.copyOfRange(content, Math.min(offset, content.length), content.length));
        });
  }

  @Test
  void appendingGivesTheFileThatWritingAtOnceGives() {
    Seeds.each(
        200,
        random -> {
          var first = content(random);
          var second = content(random);
          var whole = Arrays.copyOf(first, first.length + second.length);
          System.arraycopy(second, 0, whole, first.length, second.length);
          var appended =
              FileWriter.concat(
                  reader,
                  new FileWriter(records, ChunkLimits.TINY),
                  write(first, random),
                  write(second, random));
          assertThat(appended).isEqualTo(write(whole, random));
          assertThat(read(appended, 0)).isEqualTo(whole);
        });
  }

  @Test
  void theFormOfTheReferenceDoesNotShowInTheHash() {
    var tiny = new byte[100];
    var inline = write(tiny, new Random(1));
    assertThat(inline).isInstanceOf(FileRef.Inline.class);
    assertThat(write(new byte[40_000], new Random(1))).isInstanceOf(FileRef.Large.class);
    assertThat(FileRef.empty().hash()).isEqualTo(write(new byte[0], new Random(1)).hash());
  }
}
