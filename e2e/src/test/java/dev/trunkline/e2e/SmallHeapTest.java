package dev.trunkline.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// P4: a server with a heap of 96 MiB takes, lists and gives back more than it could ever hold.
class SmallHeapTest {
  private static final int FILES = 200_000;
  private static final int BLOCK = 1 << 20;
  private static final int BLOCKS = 1 << 10;

  @TempDir static Path folder;
  private static Product product;
  private static Client client;

  @BeforeAll
  static void start() throws IOException {
    product = new Product(folder, Map.of("TRUNKLINE_HEAP", "96m"));
    client = product.client();
  }

  @AfterAll
  static void stop() {
    client.close();
    product.close();
  }

  @Test
  void twoHundredThousandFilesAreListed() throws Exception {
    client.createRepo("many");
    var edits =
        IntStream.range(0, FILES)
            .mapToObj(i -> Client.append("/f%06d".formatted(i), ("content " + i).getBytes(UTF_8)));
    client.put("many", edits);
    int listed = 0;
    for (var files = client.list("many", "/"); files.hasNext(); listed++) {
      assertThat(files.next().getFile().getPath()).isEqualTo("/f%06d".formatted(listed));
    }
    assertThat(listed).isEqualTo(FILES);
  }

  @Test
  void aFileOfOneGibibyteComesBackAsItWasPut() throws Exception {
    client.createRepo("large");
    var sent = new CRC32C();
    var edits =
        IntStream.range(0, BLOCKS)
            .mapToObj(i -> {
              var block = new byte[BLOCK];
              new SplittableRandom(i).nextBytes(block);
              sent.update(block);
              return Client.append("/file", block);
            });
    client.put("large", edits);
    var received = new CRC32C();
    long size = 0;
    for (var pieces = client.get("large", "/file"); pieces.hasNext(); ) {
      var piece = pieces.next().getValue();
      size += piece.size();
      received.update(piece.asReadOnlyByteBuffer());
    }
    assertThat(size).isEqualTo((long) BLOCK * BLOCKS);
    assertThat(received.getValue()).isEqualTo(sent.getValue());
  }
}
