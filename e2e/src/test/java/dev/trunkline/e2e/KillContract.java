package dev.trunkline.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// P1 and P7 from outside: `kill -9` during a put, during a job and while a commit finishes.
abstract class KillContract {
  private static final int FILES = 400;

  @TempDir Path folder;

  /// The flags that choose a fresh database.
  abstract String[] flags();

  /// How often a server is killed.
  abstract int rounds();

  private Product product() throws IOException {
    return new Product(folder, flags());
  }

  @Test
  void aPutThatWasCutOffLeavesNothingAndWhatWasAcknowledgedStays() throws Exception {
    var many = Files.createDirectories(folder.resolve("many"));
    var content = new byte[64 << 10];
    for (int i = 0; i < FILES; i++) {
      new Random(i).nextBytes(content);
      Files.write(many.resolve("f" + i), content);
    }
    try (var product = product()) {
      product.ok("pachctl", "create", "repo", "r");
      product.put("r", "/kept", "safe");
      for (int round = 0; round < rounds(); round++) {
        var put =
            product.start(
                "",
                folder.resolve("put" + round),
                "pachctl",
                "put",
                "file",
                "-r",
                "r@master:/round" + round,
                "-f",
                many.toString());
        var objects = product.data().resolve("objects");
        int before = entries(objects);
        Await.until(
            "bytes arrive",
            Duration.ofSeconds(60),
            () -> entries(objects) > before || !put.isAlive());
        product.kill();
        int code = put.waitFor();
        product.restart();
        assertThat(product.ok("pachctl", "get", "file", "r@master:/kept")).isEqualTo("safe");
        var listed = product.run("", "pachctl", "list", "file", "r@master:/round" + round);
        var below = "/round" + round + "/";
        long files = listed.output().lines().filter(line -> line.contains(below)).count();
        assertThat(files)
            .as("all or nothing")
            .isIn(code == 0 ? List.of((long) FILES) : List.of(0L, (long) FILES));
      }
    }
  }

  private static int entries(Path folder) {
    try (var all = Files.walk(folder)) {
      return (int) all.count();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  @Test
  void aCommitThatWasFinishingIsFinishedByTheNextServer() throws Exception {
    try (var product = product()) {
      product.ok("pachctl", "create", "repo", "r");
      for (int round = 0; round < rounds(); round++) {
        product.put("r", "/f" + round, "content " + round);
        product.kill();
        product.restart();
        product.ok("pachctl", "wait", "commit", "r@master");
        assertThat(product.ok("pachctl", "get", "file", "r@master:/f" + round))
            .isEqualTo("content " + round);
      }
      assertThat(product.ok("pachctl", "list", "file", "r@master:/").lines()).hasSize(rounds() + 1);
    }
  }

  @Test
  void aJobResumesAndRunsNoFinishedDatumAgain() throws Exception {
    try (var product = product()) {
      product.ok("pachctl", "create-repo", "in");
      for (var name : List.of("a", "b", "c", "d", "slow")) {
        product.put("in", "/" + name, name);
      }
      var script =
          "echo began $(basename $in); test ! -e /pfs/in/slow || while ! test -e gate; do sleep"
              + " 0.1; done; cp $in /pfs/out/";
      var made =
          product.createPipeline(
              """
              {"pipeline": {"name": "p"},
               "transform": {"cmd": ["sh", "-ec", "%s"], "working_dir": "%s"},
               "parallelism_spec": {"constant": 2},
               "input": {"pfs": {"repo": "in", "glob": "/*"}}}
              """
                  .formatted(script, folder));
      assertThat(made.code()).as(made.output()).isZero();
      Await.until("all but one are durable", Duration.ofSeconds(60), () -> datums(product) == 4);
      product.kill();
      Files.writeString(folder.resolve("gate"), "open");
      product.restart();
      var job = "p@" + product.job();
      product.ok("pachctl", "wait", "job", job);
      assertThat(product.ok("pachctl", "list-job")).contains(" 5 + 0 / 5 ").contains("success");
      assertThat(product.ok("pachctl", "get-file", "p", "master", "/slow")).isEqualTo("slow");
      var began =
          product.ok("pachctl", "logs", "-j", job).lines().filter(l -> l.startsWith("began"));
      assertThat(began.filter(line -> !line.endsWith("slow")))
          .containsExactlyInAnyOrder("began a", "began b", "began c", "began d");
    }
  }

  private static long datums(Product product) {
    try {
      var listed = product.run("", "pachctl", "list", "datum", "p@" + product.job());
      return listed.output().lines().count() - 1;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
