package dev.trunkline.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Await;
import dev.trunkline.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The packaged product, as `./dev build` leaves it in `dist/`: one server on a folder, and the
/// command line that talks to it.
final class Product implements AutoCloseable {
  static final Path DIST = Path.of("../dist").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path folder;
  private final List<String> around;
  private final List<String> flags;
  private final Map<String, String> environment;
  private final int port = Ports.free();
  private final AtomicInteger runs = new AtomicInteger();
  private Process server;

  /// Starts a server whose scratch files and data lie in `folder`.
  Product(Path folder, String... flags) throws IOException {
    this(folder, Map.of(), flags);
  }

  /// The same with further variables in its environment.
  Product(Path folder, Map<String, String> environment, String... flags) throws IOException {
    this(folder, List.of(), environment, flags);
  }

  /// The same, started by the program `around`, which is given the command and becomes it.
  Product(Path folder, List<String> around, Map<String, String> environment, String... flags)
      throws IOException {
    this.folder = folder;
    this.around = List.copyOf(around);
    this.flags = List.of(flags);
    this.environment = new TreeMap<>(environment);
    server = launch();
  }

  Path data() {
    return folder.resolve("data");
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  boolean isAlive() {
    return server.isAlive();
  }

  /// A client of the wire, to be closed before the server.
  Client client() {
    return new Client(port);
  }

  private Process launch() throws IOException {
    var command = new ArrayList<>(around);
    command.addAll(
        List.of(
            DIST.resolve("bin/trunkline").toString(),
            "server",
            "--data",
            data().toString(),
            "--listen",
            address()));
    command.addAll(flags);
    var log = folder.resolve("server.log").toFile();
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    builder.environment().putAll(environment);
    var started = builder.start();
    Await.until("the server listens", PATIENCE, () -> Ports.listens(port) || !started.isAlive());
    assertThat(started.isAlive()).as("the server runs: " + Files.readString(log.toPath())).isTrue();
    return started;
  }

  long pid() {
    return server.pid();
  }

  /// SIGKILL, as a power cut would have it.
  void kill() throws InterruptedException {
    server.destroyForcibly().waitFor();
  }

  /// Starts a server again on what the last one left.
  void restart() throws IOException {
    server = launch();
  }

  @Override
  public void close() {
    server.destroy();
    try {
      if (!server.waitFor(30, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /// Runs a program to its end; `pachctl` and `trunkline` are those of the product.
  Run run(String input, String... words) throws IOException, InterruptedException {
    int number = runs.incrementAndGet();
    var out = folder.resolve("out" + number);
    var process = start(input, out, words);
    return new Run(process.waitFor(), Files.readString(out, UTF_8));
  }

  /// Starts a program whose output goes to `out`.
  Process start(String input, Path out, String... words) throws IOException {
    var command = new ArrayList<>(List.of(words));
    if (words[0].equals("pachctl") || words[0].equals("trunkline")) {
      command.set(0, DIST.resolve("bin").resolve(words[0]).toString());
    }
    var in = folder.resolve(out.getFileName() + ".in");
    Files.writeString(in, input);
    var builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("PACHD_ADDRESS", address());
    return builder.start();
  }

  /// The output of a program that must succeed.
  String ok(String... words) throws IOException, InterruptedException {
    var run = run("", words);
    assertThat(run.code()).as(String.join(" ", words) + ": " + run.output()).isZero();
    return run.output();
  }

  /// Runs a command that must fail with `code` and say `what`.
  void refuses(int code, String what, String... words) throws IOException, InterruptedException {
    var run = run("", words);
    assertThat(run.output()).as(String.join(" ", words)).contains(what);
    assertThat(run.code()).as(String.join(" ", words) + ": " + run.output()).isEqualTo(code);
  }

  /// Puts a text as one file, in a commit of its own.
  void put(String repo, String path, String text) throws IOException, InterruptedException {
    var run = run(text, "pachctl", "put", "file", repo + "@master:" + path, "-f", "-");
    assertThat(run.code()).as(run.output()).isZero();
  }

  /// Writes a spec and hands it to `create pipeline`.
  Run createPipeline(String spec) throws IOException, InterruptedException {
    var file = folder.resolve("spec" + runs.incrementAndGet() + ".json");
    Files.writeString(file, spec);
    return run("", "pachctl", "create", "pipeline", "-f", file.toString());
  }

  /// The id of the newest job.
  String job() throws IOException, InterruptedException {
    return ok("pachctl", "list-job").lines().toList().get(1).split(" ", -1)[0];
  }

  /// How a program ended, and what it printed on both streams.
  record Run(int code, String output) {}
}
