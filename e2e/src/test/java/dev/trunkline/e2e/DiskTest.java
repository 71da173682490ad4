package dev.trunkline.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a disk does to a server: it is full, or it gives back other bytes than it was given.
class DiskTest {
  /// Files that do not compress, large enough to be objects and not rows.
  private static final int LARGE = 24 << 20;

  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  @TempDir Path folder;

  private Path random(String name, int size) throws IOException {
    var bytes = new byte[size];
    new Random(name.hashCode()).nextBytes(bytes);
    return Files.write(folder.resolve(name), bytes);
  }

  private static void put(Product product, Path file) throws Exception {
    product.ok("pachctl", "put", "file", "r@master:/" + file.getFileName(), "-f", file.toString());
  }

  // --- Full

  /// A server that sees its data folder as a disk of so many megabytes, which no other process sees
  /// and which goes with it.
  private Product onDisk(int megabytes) throws IOException {
    var data = Files.createDirectories(folder.resolve("data"));
    var mount = "mount -t tmpfs -o size=%dm none \"$0\" && exec \"$@\"".formatted(megabytes);
    var around = List.of("unshare", ROOT ? "-m" : "-Urm", "sh", "-ec", mount, data.toString());
    return new Product(folder, around, Map.of());
  }

  private static void grow(Product product, int megabytes) throws Exception {
    var words = new ArrayList<>(List.of("nsenter", "-t", "" + product.pid(), "-m"));
    if (!ROOT) {
      words.addAll(List.of("-U", "--preserve-credentials"));
    }
    words.addAll(List.of("mount", "-o", "remount,size=" + megabytes + "m", "" + product.data()));
    product.ok(words.toArray(String[]::new));
  }

  @Test
  void aFullDiskIsNamedAndNothingChangesUntilThereIsRoom() throws Exception {
    try (var product = onDisk(64)) {
      product.ok("pachctl", "create", "repo", "r");
      var first = random("first", LARGE);
      put(product, first);
      product.ok("pachctl", "wait", "commit", "r@master");
      var before = product.ok("pachctl", "list", "commit", "r", "--raw");
      var second = random("second", 2 * LARGE);
      product.refuses(
          1,
          "no space left",
          "pachctl",
          "put",
          "file",
          "r@master:/second",
          "-f",
          second.toString());
      assertThat(product.ok("pachctl", "list", "commit", "r", "--raw")).isEqualTo(before);
      assertThat(product.ok("pachctl", "list", "file", "r@master:/")).doesNotContain("second");
      product.put("r", "/small", "fits");
      grow(product, 256);
      put(product, second);
      product.ok("pachctl", "wait", "commit", "r@master");
      for (var file : List.of(first, second)) {
        var got = folder.resolve("got").toString();
        product.ok("pachctl", "get", "file", "r@master:/" + file.getFileName(), "-o", got);
        assertThat(Path.of(got)).hasSameBinaryContentAs(file);
        Files.delete(Path.of(got));
      }
      assertThat(product.isAlive()).isTrue();
    }
  }

  // --- Damaged

  @Test
  void oneFlippedByteIsNamedWithItsCureAndTheRestCanBeRead() throws Exception {
    try (var product = new Product(folder)) {
      product.ok("pachctl", "create", "repo", "r");
      var whole = random("whole", 1 << 20);
      put(product, whole);
      var known = objects(product);
      var hurt = random("hurt", 1 << 20);
      put(product, hurt);
      product.ok("pachctl", "wait", "commit", "r@master");
      var got = folder.resolve("got");
      var pack = objects(product).stream().filter(o -> !known.contains(o)).findFirst();
      var bytes = Files.readAllBytes(pack.orElseThrow());
      bytes[bytes.length / 2] ^= 1;
      Files.write(pack.orElseThrow(), bytes);
      var run = product.run("", "pachctl", "get", "file", "r@master:/hurt", "-o", got.toString());
      assertThat(run.code()).as(run.output()).isEqualTo(1);
      assertThat(run.output())
          .contains("pack " + id(pack.orElseThrow()) + " is damaged", "restore it from a backup");
      product.ok("pachctl", "get", "file", "r@master:/whole", "-o", got.toString());
      assertThat(got).hasSameBinaryContentAs(whole);
      assertThat(product.ok("pachctl", "list", "file", "r@master:/").lines()).hasSize(3);
    }
  }

  /// The id of a pack, whose object is named by session and number in hexadecimal digits.
  private static String id(Path object) {
    var session = object.getName(object.getNameCount() - 2).toString();
    return Long.parseLong(session, 16)
        + "/"
        + Integer.parseInt(String.valueOf(object.getFileName()), 16);
  }

  private static List<Path> objects(Product product) throws IOException {
    try (var files = Files.walk(product.data().resolve("objects"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
