import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

// The commands of ./dev. Run as source by the JDK that ./dev found.

private static final Path ROOT = Path.of("").toAbsolutePath();
private static final Path DIST = ROOT.resolve("dist");

void main(String[] arguments) throws Exception {
  var rest = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
  switch (arguments.length == 0 ? "" : arguments[0]) {
    case "build" -> build();
    case "demo" -> demo(rest.contains("--keep"));
    case "check" -> check();
    case "fmt" -> maven("spotless:apply");
    case "t" -> test(rest);
    case "up" -> up();
    case "e2e" -> {
      build();
      maven("test", "-pl", "e2e");
    }
    case "golden" -> maven("test", "-Dgolden=rewrite");
    case "install" -> install(rest);
    case "bench", "sim" -> fail(arguments[0] + " comes later; ./dev lists what there is");
    case "" -> usage();
    default -> fail("unknown command " + arguments[0] + "; ./dev lists the commands");
  }
}

void usage() {
  IO.println(
      """
      ./dev build              a runnable product in dist/
      ./dev demo [--keep]      install what is missing, build, and walk through the iris example
      ./dev check              every test: what CI runs
      ./dev fmt                format the sources
      ./dev t MODULE           compile and test one module and what it needs
      ./dev up                 a server on a scratch folder, until Ctrl-C
      ./dev golden             write the golden files anew; review the difference
      ./dev install [--prefix DIR]   the product under DIR, by default /usr/local
      ./dev e2e                the tests of the packaged product alone
      ./dev bench, sim         come later""");
}

void fail(String why) {
  System.err.println("dev: " + why);
  System.exit(2);
}

// --- Building

void build() throws Exception {
  setup();
  delete(DIST);
  maven(
      "package",
      "dependency:copy-dependencies",
      "-DskipTests",
      "-pl",
      "server",
      "-am",
      "-DincludeScope=runtime",
      "-DoutputDirectory=" + DIST.resolve("lib"));
  Files.copy(
      ROOT.resolve("server/target/server-0.1.0.jar"), DIST.resolve("lib/server-0.1.0.jar"));
  agent(DIST.resolve("lib/trunkline-agent"));
  Files.createDirectories(DIST.resolve("bin"));
  for (var name : List.of("trunkline", "pachctl")) {
    var target = DIST.resolve("bin").resolve(name);
    Files.copy(ROOT.resolve("tools/launch.sh"), target);
    target.toFile().setExecutable(true);
  }
}

/// Compiles the agent: one static program.
void agent(Path target) throws Exception {
  run(
      ROOT,
      Map.of(),
      List.of(
          "cc", "-O2", "-static", "-Wall", "-Wextra", "-Werror", "-o", target.toString(),
          "agent/agent.c"));
}

void setup() throws Exception {
  need("mvn", "maven");
  need("git", "git");
  need("cc", "gcc");
  need("python3", "python3");
  if (new ProcessBuilder("python3", "-c", "import ensurepip, venv").start().waitFor() != 0) {
    installPackage("python3-venv");
  }
}

/// Installs the Debian package of a missing program, or says what to do.
void need(String program, String debianPackage) throws Exception {
  if (found(program)) {
    return;
  }
  installPackage(debianPackage);
}

void installPackage(String debianPackage) throws Exception {
  if (!found("apt-get") || !System.getProperty("user.name").equals("root")) {
    fail("needs " + debianPackage + ": install it (on Debian: apt-get install " + debianPackage + ")");
  }
  IO.println("dev: installing " + debianPackage);
  run(ROOT, Map.of(), List.of("apt-get", "-q", "update"));
  run(ROOT, Map.of(), List.of("apt-get", "-qy", "install", debianPackage));
}

boolean found(String program) {
  return Arrays.stream(System.getenv("PATH").split(":"))
      .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
}

void maven(String... arguments) throws Exception {
  var command = new ArrayList<>(List.of("mvn", "-B", "-q"));
  command.addAll(List.of(arguments));
  run(ROOT, Map.of(), command);
}

void test(List<String> modules) throws Exception {
  if (modules.size() != 1) {
    fail("./dev t wants one module");
  }
  setup();
  maven("test", "-pl", modules.getFirst(), "-am");
}

void check() throws Exception {
  build();
  run(ROOT, Map.of(), List.of("mvn", "-B", "-ntp", "spotless:check", "test"));
  IO.println("check: every test passed");
}

void install(List<String> arguments) throws Exception {
  int at = arguments.indexOf("--prefix");
  var prefix = Path.of(at >= 0 ? arguments.get(at + 1) : "/usr/local");
  build();
  var home = prefix.resolve("lib/trunkline");
  delete(home);
  Files.createDirectories(home.getParent());
  run(ROOT, Map.of(), List.of("cp", "-r", DIST.toString(), home.toString()));
  Files.createDirectories(prefix.resolve("bin"));
  for (var name : List.of("trunkline", "pachctl")) {
    var link = prefix.resolve("bin").resolve(name);
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, home.resolve("bin").resolve(name));
  }
  IO.println("installed below " + prefix);
}

// --- Running

void up() throws Exception {
  build();
  var data = Files.createTempDirectory("trunkline-up");
  var address = "127.0.0.1:" + freePort();
  run(
      ROOT,
      Map.of(),
      List.of(DIST + "/bin/trunkline", "server", "--data", data.toString(), "--listen", address));
}

int freePort() throws IOException {
  try (var socket = new ServerSocket(0)) {
    return socket.getLocalPort();
  }
}

void demo(boolean keep) throws Exception {
  build();
  var scratch = Files.createTempDirectory("trunkline-demo");
  var address = "127.0.0.1:" + freePort();
  var server =
      new ProcessBuilder(
              DIST + "/bin/trunkline",
              "server",
              "--data",
              scratch.resolve("data").toString(),
              "--listen",
              address)
          .inheritIO()
          .start();
  try {
    ready(address, server);
    run(
        ROOT,
        Map.of("PACHD_ADDRESS", address, "PATH", DIST + "/bin:" + System.getenv("PATH")),
        List.of("sh", "-eu", "tools/walkthrough.sh", scratch.toString()));
    if (keep) {
      IO.println("The server goes on: export PACHD_ADDRESS=" + address + "; Ctrl-C ends it.");
      server.waitFor();
    }
  } finally {
    server.destroy();
    if (!server.waitFor(20, TimeUnit.SECONDS)) {
      server.destroyForcibly();
    }
    delete(scratch);
  }
  IO.println("demo: done");
}

/// Waits until the server answers, for at most a minute.
void ready(String address, Process server) throws Exception {
  long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
  var request = HttpRequest.newBuilder(URI.create("http://" + address + "/healthz")).build();
  try (var client = HttpClient.newHttpClient()) {
    while (true) {
      try {
        if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > deadline || !server.isAlive()) {
          throw new IllegalStateException("the server did not come up on " + address, e);
        }
      }
      Thread.sleep(50);
    }
  }
}

void run(Path folder, Map<String, String> environment, List<String> command) throws Exception {
  var builder = new ProcessBuilder(command).directory(folder.toFile()).inheritIO();
  builder.redirectInput(Path.of("/dev/null").toFile());
  builder.environment().putAll(environment);
  int code = builder.start().waitFor();
  if (code != 0) {
    System.err.println("dev: failed with exit code " + code + ": " + String.join(" ", command));
    System.exit(code);
  }
}

void delete(Path folder) throws IOException {
  if (Files.exists(folder)) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
