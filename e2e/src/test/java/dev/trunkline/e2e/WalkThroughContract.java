package dev.trunkline.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged product, as `./dev build` leaves it in `dist/`, used as its users do.
abstract class WalkThroughContract {
  private static final String SPEC =
      """
      {"pipeline": {"name": "upper"},
       "transform": {"cmd": ["sh", "-ec", "tr a-z A-Z < $in > /pfs/out/$(basename $in)"]},
       "input": {"atom": {"repo": "in", "glob": "/*"}}}
      """;

  @TempDir Path folder;
  private Product product;

  /// The flags that choose a fresh database.
  abstract String[] flags();

  /// How often the server is killed while somebody walks.
  abstract int kills();

  @BeforeEach
  void start() throws IOException {
    product = new Product(folder, flags());
  }

  @AfterEach
  void stop() {
    product.close();
  }

  @Test
  void theOfficialPythonClientWalksThrough() throws Exception {
    var python = Path.of("target/sdk/bin/python").toAbsolutePath();
    synchronized (WalkThroughContract.class) {
      if (!Files.exists(python)) {
        product.ok("python3", "-m", "venv", "target/sdk");
        product.ok("target/sdk/bin/pip", "install", "-q", "pachyderm_sdk==2.12.2");
      }
    }
    var script = "src/test/resources/walkthrough.py";
    assertThat(product.ok(python.toString(), script, product.address())).contains("walked through");
  }

  @Test
  void bothSpellingsTellTheSame() throws Exception {
    var got = folder.resolve("got");
    assertThat(product.ok("pachctl", "create", "repo", "r")).isEmpty();
    product.put("r", "/a/b", "hello");
    var file = Files.writeString(folder.resolve("c"), "from a file").toString();
    product.ok("pachctl", "put-file", "r", "master", "/a/c", "-f", file);
    product.ok("pachctl", "wait", "commit", "r@master");
    assertThat(product.ok("pachctl", "get", "file", "r@master:/a/b")).isEqualTo("hello");
    assertThat(product.ok("pachctl", "get-file", "r", "master^", "/a/b")).isEqualTo("hello");
    assertThat(product.ok("pachctl", "list-file", "r", "master")).startsWith("NAME TYPE SIZE");
    assertThat(product.ok("pachctl", "list", "file", "r@master:/a")).contains("/a/b");
    assertThat(product.ok("pachctl", "glob", "file", "r@master:/**")).contains("/a/c");
    assertThat(product.ok("pachctl", "diff", "file", "r@master:/")).contains("/a/c");
    assertThat(product.ok("pachctl", "list-commit", "r")).startsWith("REPO ID");
    assertThat(product.ok("pachctl", "list", "commit", "r")).startsWith("PROJECT REPO COMMIT");
    assertThat(product.ok("pachctl", "list", "repo", "--raw")).contains("\"name\": \"r\"");
    product.ok("pachctl", "get", "file", "-r", "r@master:/", "-o", got.toString());
    assertThat(got.resolve("a/b")).hasContent("hello");
    product.ok("pachctl", "delete-repo", "r");
    product.refuses(3, "default/r", "pachctl", "inspect", "repo", "r");
  }

  /// The walk of 1.7's words, with `kill -9` in the middle of commands and between them.
  @Test
  void killedAnywhereItEndsInTheSameResult() {
    Seeds.each(
        1,
        random -> {
          try {
            walk(random);
          } catch (IOException e) {
            throw new AssertionError(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
          }
        });
  }

  private void walk(Random random) throws IOException, InterruptedException {
    var spec = Files.writeString(folder.resolve("upper.json"), SPEC).toString();
    var one = Files.writeString(folder.resolve("one"), "one").toString();
    var two = Files.writeString(folder.resolve("two"), "two").toString();
    var steps =
        List.of(
            List.of("create-repo", "in"),
            List.of("put-file", "in", "master", "/one", "-o", "-f", one),
            List.of("create-pipeline", "-f", spec),
            List.of("put-file", "in", "master", "/two", "-o", "-f", two),
            List.of("flush-commit", "in/master"),
            List.of("update-pipeline", "-f", spec, "--reprocess"));
    var struck = random.ints(0, steps.size()).distinct().limit(kills()).boxed().toList();
    for (int i = 0; i < steps.size(); i++) {
      var words = new ArrayList<>(steps.get(i));
      words.addFirst("pachctl");
      if (struck.contains(i)) {
        strike(random, words.toArray(String[]::new));
      } else {
        product.ok(words.toArray(String[]::new));
      }
    }
    product.ok("pachctl", "wait", "job", "upper@" + product.job());
    assertThat(product.ok("pachctl", "get-file", "upper", "master", "/one")).isEqualTo("ONE");
    assertThat(product.ok("pachctl", "get-file", "upper", "master", "/two")).isEqualTo("TWO");
    assertThat(product.ok("pachctl", "list-file", "upper", "master").lines()).hasSize(3);
    assertThat(product.ok("pachctl", "list-job").lines().toList().get(1)).contains(" 2 + 0 / 2 ");
    var lineage = product.ok("trunkline", "lineage", "upper@master:/two");
    assertThat(lineage).containsPattern("made by upper version [2-9]").contains(":/two");
  }

  /// Kills the server while a command runs or just after; what was not acknowledged is said again.
  private void strike(Random random, String... words) throws IOException, InterruptedException {
    var out = folder.resolve("struck-" + words[1]);
    var command = product.start("", out, words);
    boolean ended = command.waitFor(random.nextInt(1500), TimeUnit.MILLISECONDS);
    product.kill();
    boolean acknowledged =
        (ended || command.waitFor(60, TimeUnit.SECONDS)) && command.exitValue() == 0;
    command.destroyForcibly();
    product.restart();
    if (!acknowledged) {
      var again = product.run("", words);
      assertThat(again.code() == 0 || again.output().contains("already exists"))
          .as(String.join(" ", words) + ": " + again.output())
          .isTrue();
    }
  }
}
