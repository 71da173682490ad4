package dev.trunkline.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged product, as `./dev build` leaves it in `dist/`, used from outside.
class ProductTest {
  private static final Path DIST = Path.of("../dist").toAbsolutePath().normalize();

  @TempDir Path folder;
  private int port;
  private Process server;

  @BeforeEach
  void start() throws IOException {
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    server = launch();
  }

  private Process launch() throws IOException {
    var started =
        new ProcessBuilder(
                DIST.resolve("bin/trunkline").toString(),
                "server",
                "--data",
                folder.resolve("data").toString(),
                "--listen",
                "127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("server.log").toFile())
            .start();
    Await.until("the server listens", Duration.ofSeconds(60), this::listens);
    return started;
  }

  private boolean listens() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.destroy();
    if (!server.waitFor(20, TimeUnit.SECONDS)) {
      server.destroyForcibly();
    }
  }

  private Run run(String input, String... words) throws Exception {
    var command = new ArrayList<>(List.of(words));
    if (words[0].equals("pachctl") || words[0].equals("trunkline")) {
      command.set(0, DIST.resolve("bin").resolve(words[0]).toString());
    }
    var out = folder.resolve("out");
    var in = folder.resolve("in");
    Files.writeString(in, input);
    var builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("PACHD_ADDRESS", "127.0.0.1:" + port);
    int code = builder.start().waitFor();
    return new Run(code, Files.readString(out, UTF_8));
  }

  private String ok(String... words) throws Exception {
    var run = run("", words);
    assertThat(run.code()).as(run.output()).isZero();
    return run.output();
  }

  private record Run(int code, String output) {}

  @Test
  void theOfficialPythonClientWalksThrough() throws Exception {
    var python = Path.of("target/sdk/bin/python").toAbsolutePath();
    if (!Files.exists(python)) {
      ok("python3", "-m", "venv", "target/sdk");
      ok("target/sdk/bin/pip", "install", "-q", "pachyderm_sdk==2.12.2");
    }
    var output = ok(python.toString(), "src/test/resources/walkthrough.py", "127.0.0.1:" + port);
    assertThat(output).contains("walked through");
  }

  @Test
  void bothSpellingsTellTheSame() throws Exception {
    assertThat(ok("pachctl", "create", "repo", "r")).isEmpty();
    assertThat(run("hello", "pachctl", "put", "file", "r@master:/a/b", "-f", "-").code()).isZero();
    ok("pachctl", "put-file", "r", "master", "/a/c", "-f", folder.resolve("server.log").toString());
    ok("pachctl", "wait", "commit", "r@master");
    assertThat(ok("pachctl", "get", "file", "r@master:/a/b")).isEqualTo("hello");
    assertThat(ok("pachctl", "get-file", "r", "master^", "/a/b")).isEqualTo("hello");
    assertThat(ok("pachctl", "list-file", "r", "master")).startsWith("NAME TYPE SIZE");
    assertThat(ok("pachctl", "list", "file", "r@master:/a")).contains("/a/b");
    assertThat(ok("pachctl", "glob", "file", "r@master:/**")).contains("/a/c");
    assertThat(ok("pachctl", "diff", "file", "r@master:/")).contains("/a/c");
    assertThat(ok("pachctl", "list-commit", "r")).startsWith("REPO ID");
    assertThat(ok("pachctl", "list", "commit", "r")).startsWith("PROJECT REPO COMMIT");
    assertThat(ok("pachctl", "list", "repo", "--raw")).contains("\"name\": \"r\"");
    assertThat(ok("pachctl", "get", "file", "-r", "r@master:/", "-o", folder + "/got")).isEmpty();
    assertThat(folder.resolve("got/a/b")).hasContent("hello");
    ok("pachctl", "delete-repo", "r");
    assertThat(run("", "pachctl", "inspect", "repo", "r").code()).isEqualTo(3);
  }

  @Test
  void errorsSayWhatAndWhichAndHaveTheirExitCodes() throws Exception {
    assertThat(run("", "pachctl", "create-repo").code()).isEqualTo(2);
    assertThat(run("", "pachctl", "create-repo", "a b").output()).contains("only alphanumeric");
    ok("pachctl", "create-repo", "r");
    var again = run("", "pachctl", "create-repo", "r");
    assertThat(again.code()).isEqualTo(4);
    assertThat(again.output()).contains("repo default/r already exists");
    var spec = folder.resolve("spec.json");
    Files.writeString(spec, "{\"pipeline\": {\"name\": \"p\"}, \"nonsense\": 1}");
    assertThat(run("", "pachctl", "create-pipeline", "-f", spec.toString()).output())
        .contains("nonsense");
    Files.writeString(spec, "{not json");
    assertThat(run("", "pachctl", "create-pipeline", "-f", spec.toString()).output())
        .contains("malformed pipeline spec");
    assertThat(run("", "pachctl", "get-file", "r", "master", "/x").output())
        .contains("branch \"master\" not found");
    stop();
    var nobody = run("", "pachctl", "list-repo");
    assertThat(nobody.code()).isEqualTo(6);
    assertThat(nobody.output()).contains("127.0.0.1:" + port).contains("trunkline server");
  }
}
