package dev.trunkline.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs of users inside of real pipelines: what they see, what they cannot touch, and what is
/// said when they go wrong.
class ProgramTest {
  private static final String SPEC =
      """
      {"pipeline": {"name": "%s"}, "transform": {"cmd": %s, "working_dir": "%s"},
       "datum_tries": 1, "datum_timeout": "20s",
       "input": {"pfs": {"repo": "%s", "name": "x", "glob": "/*"}}}
      """;

  @TempDir static Path folder;
  private static Product product;

  @BeforeAll
  static void start() throws Exception {
    product = new Product(folder);
    product.ok("pachctl", "create", "repo", "left");
    product.ok("pachctl", "create", "repo", "right");
    product.put("left", "/a", "left");
    product.put("right", "/b", "right");
  }

  @AfterAll
  static void stop() {
    product.close();
  }

  private static void create(String name, String command, String repo) throws Exception {
    var made = product.createPipeline(SPEC.formatted(name, command, folder, repo));
    assertThat(made.code()).as(made.output()).isZero();
  }

  private static String sh(String script) {
    return "[\"sh\", \"-ec\", \"" + script + "\"]";
  }

  /// The newest job of a pipeline, as `pipeline@id`.
  private static String job(String pipeline) throws Exception {
    var jobs = product.ok("pachctl", "list", "job", "-p", pipeline, "--raw");
    var id = jobs.split("\"id\": \"", -1)[1];
    return pipeline + "@" + id.substring(0, id.indexOf('"'));
  }

  /// Creates a pipeline whose spec is the usual one with further fields.
  private static void create(String name, String command, String repo, String fields)
      throws Exception {
    var spec = SPEC.formatted(name, command, folder, repo).strip();
    var made = product.createPipeline("{" + fields + ", " + spec.substring(1));
    assertThat(made.code()).as(made.output()).isZero();
  }

  private static boolean says(String pipeline, String line) {
    try {
      return product.run("", "pachctl", "logs", "-p", pipeline).output().contains(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoPipelinesThatShareAnInputNameRunTogetherAndSeeTheirOwn() throws Exception {
    var script =
        "echo began; while ! test -e both; do sleep 0.1; done; ls /pfs/x > /pfs/out/names; cat $x >"
            + " /pfs/out/content";
    create("p", sh(script), "left");
    create("q", sh(script), "right");
    for (var pipeline : List.of("p", "q")) {
      Await.until(pipeline + " runs", Duration.ofSeconds(60), () -> says(pipeline, "began"));
    }
    Files.writeString(folder.resolve("both"), "");
    product.ok("pachctl", "wait", "job", job("p"));
    product.ok("pachctl", "wait", "job", job("q"));
    assertThat(product.ok("pachctl", "get", "file", "p@master:/names")).isEqualTo("a\n");
    assertThat(product.ok("pachctl", "get", "file", "p@master:/content")).isEqualTo("left");
    assertThat(product.ok("pachctl", "get", "file", "q@master:/names")).isEqualTo("b\n");
    assertThat(product.ok("pachctl", "get", "file", "q@master:/content")).isEqualTo("right");
  }

  @Test
  void whoeverWaitsIsToldWhatTheJobWaitsFor() throws Exception {
    var code = folder.resolve("not-yet");
    var spec = folder.resolve("waiting.json");
    Files.writeString(spec, SPEC.formatted("waiting", sh("true"), code, "left"));
    var said = folder.resolve("said-while-waiting");
    var waiting =
        product.start("", said, "pachctl", "create", "pipeline", "--wait", "-f", spec.toString());
    Await.until("the reason is told", Duration.ofSeconds(60), () -> says(said, code.toString()));
    Files.createDirectory(code);
    assertThat(waiting.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.exitValue()).as(Files.readString(said)).isZero();
  }

  private static boolean says(Path output, String text) {
    try {
      return Files.readString(output).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatAProgramLeavesBehindIsGone() throws Exception {
    var mark = "trunkline-e2e-" + folder.getFileName();
    var child = "setsid sh -c 'exec -a " + mark + " sleep 1000' > /dev/null 2>&1 &";
    var script =
        "if echo x > /etc/MARK; then exit 9; fi; if echo x >> /etc/hosts; then exit 8; fi; echo x >"
            + " /tmp/MARK; echo changed > /pfs/x/a; CHILD echo done > /pfs/out/done";
    create("daemon", sh(script.replace("MARK", mark).replace("CHILD", child)), "left");
    product.ok("pachctl", "wait", "job", job("daemon"));
    assertThat(product.ok("pachctl", "get", "file", "daemon@master:/done")).isEqualTo("done\n");
    assertThat(Path.of("/etc", mark)).doesNotExist();
    assertThat(Path.of("/tmp", mark)).doesNotExist();
    assertThat(Files.readString(Path.of("/etc/hosts"))).doesNotContain("\nx\n");
    assertThat(product.ok("pachctl", "get", "file", "left@master:/a")).isEqualTo("left");
    try (var processes = Files.list(Path.of("/proc"))) {
      assertThat(processes.map(ProgramTest::commandLine)).noneMatch(c -> c.startsWith(mark));
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  // --- What goes wrong

  /// The job fails, and the datum says `texts` of itself wherever one looks.
  private static void fails(String pipeline, String command, String... texts) throws Exception {
    create(pipeline, command, "left");
    var job = job(pipeline);
    var waited = product.run("", "pachctl", "wait", "job", job);
    assertThat(waited.code()).as(waited.output()).isEqualTo(7);
    assertThat(waited.output())
        .containsPattern("pachctl logs -j " + job + " --datum [0-9a-f]{64}.* --worker");
    var inspected = product.ok("pachctl", "inspect", "job", job);
    assertThat(inspected).contains("failure").containsPattern("datum [0-9a-f]{64} failed");
    var said = product.ok("pachctl", "logs", "-j", job, "--worker");
    assertThat(said).as(pipeline).contains(texts);
    var files = product.run("", "pachctl", "list", "file", pipeline + "@master:/");
    assertThat(files.output().lines().skip(1)).as(files.output()).isEmpty();
  }

  @Test
  void aProgramThatCannotRunIsNamedWithItsCure() throws Exception {
    var script = Files.writeString(folder.resolve("script.sh"), "#!/bin/sh\ntrue\n");
    fails("missing", "[\"/no/such/program\"]", "/no/such/program", "must name a program");
    fails("forbidden", "[\"" + script + "\"]", script.toString(), "chmod +x");
    fails("failing", sh("echo said before; exit 3"), "said before", "exited with code 3");
  }

  @Test
  void aProgramThatHangsIsKilled() throws Exception {
    var spec = SPEC.formatted("hanging", sh("sleep 1000"), folder, "left").replace("20s", "1s");
    var made = product.createPipeline(spec);
    assertThat(made.code()).as(made.output()).isZero();
    var job = job("hanging");
    assertThat(product.run("", "pachctl", "wait", "job", job).code()).isEqualTo(7);
    assertThat(product.ok("pachctl", "logs", "-j", job, "--worker"))
        .contains("datum timeout", "1s");
  }

  @Test
  void aJobThatIsTooSlowIsKilledAndSaysSo() throws Exception {
    create("slow", sh("sleep 1000"), "left", "\"job_timeout\": \"2s\"");
    var job = job("slow");
    var waited = product.run("", "pachctl", "wait", "job", job);
    assertThat(waited.code()).isEqualTo(7);
    assertThat(waited.output()).contains("killed", "jobtimed out").doesNotContain("pachctl logs");
    assertThat(product.ok("pachctl", "inspect", "job", job))
        .contains("State: killed", "Job Timeout: 2s", "Datum Timeout: 20s");
  }

  @Test
  void aPipelineWithNothingToRunIsMadeAndSaysWhatItLacks() throws Exception {
    var made =
        product.createPipeline(
            "{\"pipeline\": {\"name\": \"idle\"}, \"transform\": {\"stdin\": [\"true\"]},"
                + " \"input\": {\"pfs\": {\"repo\": \"left\", \"glob\": \"/*\"}}}");
    assertThat(made.code()).as(made.output()).isZero();
    assertThat(product.run("", "pachctl", "wait", "job", job("idle")).code()).isEqualTo(7);
    assertThat(product.ok("pachctl", "inspect", "pipeline", "idle"))
        .contains("failure", "nothing to run: no transform.cmd");
  }

  @Test
  void whatTheErrorCommandPutsUpWithIsRecovered() throws Exception {
    product.ok("pachctl", "create", "repo", "mixed");
    product.put("mixed", "/bad", "1");
    product.put("mixed", "/good", "2");
    product.put("mixed", "/hopeless", "3");
    var command = sh("cp $x /pfs/out/; case $x in */good) ;; *) exit 3;; esac");
    var recover = sh("echo recovering $PACH_DATUM_ID; test $x = /pfs/x/bad");
    var transform = command + ", \"err_cmd\": " + recover;
    create("some", transform, "mixed");
    var failed = job("some");
    assertThat(product.run("", "pachctl", "wait", "job", failed).code()).isEqualTo(7);
    product.ok("pachctl", "delete", "file", "mixed@master:/hopeless");
    var job = job("some");
    product.ok("pachctl", "wait", "job", job);
    assertThat(product.ok("pachctl", "inspect", "job", job))
        .contains("Recovered: 1", "Processed: 1", "Failed: 0", "Total: 2");
    assertThat(product.ok("pachctl", "list", "datum", job)).contains("recovered", "success");
    assertThat(product.ok("pachctl", "logs", "-j", job)).contains("recovering ");
    assertThat(product.ok("pachctl", "list", "file", "some@master:/"))
        .contains("/good")
        .doesNotContain("/bad");
  }

  @Test
  void twoWorkersRunTwoDatumsAtATime() throws Exception {
    product.ok("pachctl", "create", "repo", "pair");
    product.ok("pachctl", "start", "commit", "pair@master");
    product.put("pair", "/a", "1");
    product.put("pair", "/b", "2");
    product.ok("pachctl", "finish", "commit", "pair@master");
    var script =
        "echo $PPS_POD_NAME began $(basename $x); while ! test -e met; do sleep 0.1; done; echo"
            + " $PPS_POD_NAME > /pfs/out/$(basename $x)";
    create("pair2", sh(script), "pair", "\"parallelism_spec\": {\"constant\": 2}");
    for (var name : List.of("began a", "began b")) {
      Await.until(name, Duration.ofSeconds(60), () -> says("pair2", name));
    }
    Files.writeString(folder.resolve("met"), "");
    product.ok("pachctl", "wait", "job", job("pair2"));
    assertThat(
            List.of(
                product.ok("pachctl", "get", "file", "pair2@master:/a").strip(),
                product.ok("pachctl", "get", "file", "pair2@master:/b").strip()))
        .containsExactlyInAnyOrder("default-pair2-v1-0", "default-pair2-v1-1");
  }

  @Test
  void aFifoIsLeftOutAndAnAbsoluteLinkStoresWhatItNames() throws Exception {
    var script =
        "mkfifo /pfs/out/pipe; ln -s /pfs/x/a /pfs/out/link; ln -s /etc/hostname /pfs/out/h";
    create("special", sh(script), "left");
    product.ok("pachctl", "wait", "job", job("special"));
    assertThat(product.ok("pachctl", "get", "file", "special@master:/link")).isEqualTo("left");
    assertThat(product.ok("pachctl", "list", "file", "special@master:/")).doesNotContain("pipe");
    fails("dangling", sh("ln -s /no/where /pfs/out/l"), "/pfs/out/l", "leads nowhere");
  }
}
