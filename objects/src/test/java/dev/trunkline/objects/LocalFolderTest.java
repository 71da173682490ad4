package dev.trunkline.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFolderTest extends ObjectStoreContract {
  @TempDir Path folder;
  private int opened;

  @Override
  protected ObjectStore empty() {
    return new LocalFolder(folder.resolve("store" + opened++));
  }

  @Test
  void whatWasLeftHalfWrittenIsNoObjectAndIsRemovedAtOpening() throws IOException {
    var store = new LocalFolder(folder);
    store.put("a/b", List.of(ByteBuffer.wrap("whole".getBytes(UTF_8))));
    var half = folder.resolve("a/.new-0123");
    Files.writeString(half, "ha");
    assertThat(store.list("")).containsExactly("a/b");
    assertThat(new LocalFolder(folder).list("")).containsExactly("a/b");
    assertThat(half).doesNotExist();
  }

  @Test
  void aFullDeviceNamesTheObjectAndTheCure() {
    var failure = LocalFolder.failure("write", folder.resolve("x"), writeToFullDevice());
    assertThat(failure.kind()).isEqualTo(Failure.Kind.FULL);
    assertThat(failure).hasMessageContaining(folder + "/x").hasMessageContaining("free some");
  }

  private static IOException writeToFullDevice() {
    try {
      Files.write(Path.of("/dev/full"), new byte[10]);
      throw new AssertionError("a full device takes nothing");
    } catch (IOException e) {
      return e;
    }
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    var store = new LocalFolder(folder);
    Files.writeString(folder.resolve("packs"), "not a folder");
    assertThatThrownBy(() -> store.put("packs/1", List.of(ByteBuffer.allocate(1))))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("packs/1");
  }
}
