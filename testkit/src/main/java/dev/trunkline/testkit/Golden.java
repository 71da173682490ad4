package dev.trunkline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/// Output that was reviewed once and may not change unseen: a file below
/// `src/test/resources/golden/` of the module whose test asks.
///
/// `./dev golden` (`-Dgolden=rewrite`) writes the files anew; the difference is then reviewed like
/// code.
public final class Golden {
  private static final String PROPERTY = "golden";

  private Golden() {}

  /// Compares text with the golden file `name` of the module of `test`; fails when they differ or
  /// there is no such file.
  public static void check(Class<?> test, String name, String actual) {
    if (rewrite(test, name, actual.getBytes(UTF_8))) {
      return;
    }
    assertThat(actual).as(advice(name)).isEqualTo(new String(read(test, name), UTF_8));
  }

  /// The same for bytes.
  public static void check(Class<?> test, String name, byte[] actual) {
    if (rewrite(test, name, actual)) {
      return;
    }
    assertThat(actual).as(advice(name)).isEqualTo(read(test, name));
  }

  private static String advice(String name) {
    return "golden/" + name + "; if the change is meant, run ./dev golden and review the file";
  }

  private static boolean rewrite(Class<?> test, String name, byte[] actual) {
    if (!"rewrite".equals(System.getProperty(PROPERTY))) {
      return false;
    }
    try {
      var file = file(test, name);
      Files.createDirectories(file.getParent());
      Files.write(file, actual);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] read(Class<?> test, String name) {
    var file = file(test, name);
    if (!Files.exists(file)) {
      throw new AssertionError("there is no " + file + "; ./dev golden writes it");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Test classes lie in `target/test-classes` of their module.
  private static Path file(Class<?> test, String name) {
    var classes =
        Path.of(URI.create(test.getProtectionDomain().getCodeSource().getLocation().toString()));
    return classes.resolve("../../src/test/resources/golden").normalize().resolve(name);
  }
}
