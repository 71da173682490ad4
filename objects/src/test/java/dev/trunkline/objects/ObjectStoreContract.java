package dev.trunkline.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every object store promises.
public abstract class ObjectStoreContract {
  /// A store without objects.
  protected abstract ObjectStore empty();

  private static List<ByteBuffer> bytes(String... parts) {
    return List.of(parts).stream().map(p -> ByteBuffer.wrap(p.getBytes(UTF_8))).toList();
  }

  @Test
  void givesBackWhatWasPut() {
    var store = empty();
    store.put("a/b/1", bytes("hel", "lo"));
    assertThat(store.get("a/b/1", 0, 5)).asString(UTF_8).isEqualTo("hello");
    assertThat(store.get("a/b/1", 1, 3)).asString(UTF_8).isEqualTo("ell");
    assertThat(store.size("a/b/1")).hasValue(5);
  }

  @Test
  void replacesAnObjectAsAWhole() {
    var store = empty();
    store.put("x", bytes("old and long"));
    store.put("x", bytes("new"));
    assertThat(store.size("x")).hasValue(3);
  }

  @Test
  void saysWhichObjectIsMissingOrShort() {
    var store = empty();
    assertThat(store.size("gone")).isEmpty();
    assertThatThrownBy(() -> store.get("gone", 0, 1))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("gone");
    store.put("short", bytes("abc"));
    assertThatThrownBy(() -> store.get("short", 1, 3))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("short");
  }

  @Test
  void listsByPrefixInOrder() {
    var store = empty();
    store.put("b/2", bytes("x"));
    store.put("b/1", bytes("x"));
    store.put("c/1", bytes("x"));
    assertThat(store.list("b/")).containsExactly("b/1", "b/2");
    store.delete("b/1");
    store.delete("b/1");
    assertThat(store.list("")).containsExactly("b/2", "c/1");
  }

  @Test
  void writersThatRaceLeaveOneWholeObject() {
    var store = empty();
    try (var scope = Scope.open("race")) {
      for (int i = 0; i < 8; i++) {
        var text = Integer.toString(i).repeat(100_000);
        scope.run(() -> store.put("shared/name", bytes(text)));
      }
      scope.join();
    }
    assertThat(store.size("shared/name")).hasValue(100_000);
    var content = new String(store.get("shared/name", 0, 100_000), UTF_8);
    assertThat(content.chars().distinct().count()).isEqualTo(1);
  }

  @Test
  void aCutWriteIsOldOrNewAndEverythingAfterItFails() {
    for (var cut : FaultyObjects.Cut.values()) {
      var store = empty();
      var name = "cut/" + cut;
      var faulty = new FaultyObjects(store, 1, cut);
      faulty.put(name, bytes("old"));
      assertThatThrownBy(() -> faulty.put(name, bytes("newer"))).hasMessageContaining("was cut");
      assertThatThrownBy(() -> faulty.get(name, 0, 1)).hasMessageContaining("was cut");
      assertThatThrownBy(() -> faulty.delete(name)).hasMessageContaining("was cut");
      long size = store.size(name).orElseThrow();
      boolean replaced = cut == FaultyObjects.Cut.AFTER || cut == FaultyObjects.Cut.TORN;
      assertThat(size).isEqualTo(replaced ? 5 : 3);
    }
  }

  @Test
  void callsAndBytesAreCounted() {
    var counting = new CountingObjects(empty());
    counting.put("a", bytes("hel", "lo"));
    counting.get("a", 1, 2);
    counting.get("a", 0, 5);
    assertThat(counting.puts()).isEqualTo(1);
    assertThat(counting.written()).isEqualTo(5);
    assertThat(counting.gets()).isEqualTo(2);
    assertThat(counting.read()).isEqualTo(7);
  }
}
