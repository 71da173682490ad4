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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

// The commands of ./dev. Run as source by the JDK that ./dev found.

private static final Path ROOT = Path.of("").toAbsolutePath();
private static final Path DIST = ROOT.resolve("dist");

void main(String[] arguments) throws Exception {
  var rest = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
  switch (arguments.length == 0 ? "" : arguments[0]) {
    case "build" -> build();
    case "demo" -> demo(rest.contains("--keep"));
    case "check" -> check(rest);
    case "fmt" -> {
      setup();
      maven("spotless:apply");
    }
    case "t" -> test(rest);
    case "up" -> up();
    case "e2e" -> {
      build();
      tests(concat(List.of("test", "-pl", "e2e", "-am", only("e2e", rest)), flags(rest)));
    }
    case "golden" -> golden(rest);
    case "install" -> install(rest);
    case "bench" -> bench(rest);
    case "sim" -> fail("sim (simulation from one seed) comes later; ./dev lists what there is");
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
      ./dev t MODULE [TEST]    compile a module and what it needs, and run its tests (or one class of them)
      ./dev e2e [TEST]         the tests of the packaged product alone
      ./dev up                 a server on a scratch folder, until Ctrl-C (its console comes later)
      ./dev bench [ROW...] [--quick]   measure beside cp, git and ninja; all rows in full size write docs/performance.md
      ./dev golden [MODULE]    write the golden files anew; review the difference
      ./dev install [--prefix DIR]   the product under DIR, by default /usr/local
      ./dev sim                simulation: comes later

      check, t, e2e and golden hand flags that begin with -D to the tests: -Dseed=N replays a random test,
      -Dcrash.all=true cuts the world at every point instead of a sample.""");
}

void fail(String why) {
  System.err.println("dev: " + why);
  System.exit(2);
}

// --- Building

/// Leaves the product in dist/: jars, agent and launchers.
void build() throws Exception {
  setup();
  IO.println("dev: building the product; the first time takes some minutes, most of them to fetch libraries");
  // Maven adds jars there and removes none.
  delete(ROOT.resolve("server/target/lib"));
  maven("package", "-DskipTests", "-pl", "server", "-am");
  delete(DIST);
  Files.createDirectories(DIST.resolve("bin"));
  Files.createDirectories(DIST.resolve("lib"));
  OneJar.write(serverJars(), DIST.resolve("lib/server.jar"));
  OneJar.write(commandLineJars(), DIST.resolve("lib/cli.jar"));
  unpackNative();
  agent(DIST.resolve("lib/trunkline-agent"));
  for (var name : List.of("trunkline", "pachctl")) {
    var target = DIST.resolve("bin").resolve(name);
    Files.copy(ROOT.resolve("tools/launch.sh"), target);
    target.toFile().setExecutable(true);
  }
  learn();
}

/// Leaves the machine code in the jars beside them, where libraries find it without unpacking it at
/// every start.
void unpackNative() throws IOException {
  boolean arm = System.getProperty("os.arch").equals("aarch64");
  var wanted =
      Pattern.compile(
          arm
              ? "(org/sqlite/native/Linux|linux)/aarch64/.*[.]so|META-INF/native/.*_aarch_64[.]so"
              : "(org/sqlite/native/Linux/x86_64|linux/amd64)/.*[.]so|META-INF/native/.*_x86_64[.]so");
  var target = Files.createDirectories(DIST.resolve("lib/native"));
  for (var path : serverJars()) {
    try (var jar = new ZipFile(path.toFile())) {
      for (var entry : Collections.list(jar.entries())) {
        if (wanted.matcher(entry.getName()).matches()) {
          Files.copy(jar.getInputStream(entry), target.resolve(Path.of(entry.getName()).getFileName()));
        }
      }
    }
  }
}

/// The jars of the server: its own and what it needs.
List<Path> serverJars() throws IOException {
  try (var libraries = Files.list(ROOT.resolve("server/target/lib"))) {
    return Stream.concat(Stream.of(ROOT.resolve("server/target/server-0.1.0.jar")), libraries.sorted()).toList();
  }
}

/// The jars that the command line needs, a fifth of those of the server.
List<Path> commandLineJars() throws IOException {
  var names = Files.readString(ROOT.resolve("cli/target/classpath")).strip().split(":");
  var libraries = Arrays.stream(names).map(path -> ROOT.resolve("server/target/lib").resolve(Path.of(path).getFileName()));
  return Stream.concat(Stream.of(ROOT.resolve("server/target/lib/cli-0.1.0.jar")), libraries).toList();
}

/// Runs the product, so that the JVM keeps for later starts what it loaded and linked, and which code
/// was worth compiling. It learns from a second start: the first makes tables, which is done once.
void learn() throws Exception {
  var scratch = Files.createTempDirectory("trunkline-learn");
  try {
    serving("", scratch, _ -> {});
    serving(
        "server",
        scratch,
        address -> {
          exercise(address, scratch.resolve("files"));
          product("cli", address, "pachctl", "list", "repo").waitFor();
        });
  } finally {
    delete(scratch);
  }
}

/// Does `work` beside a server on the folder `data` in `scratch`; with a name it learns.
void serving(String learned, Path scratch, Work work) throws Exception {
  var address = "127.0.0.1:" + freePort();
  var data = scratch.resolve("data").toString();
  var server = product(learned, address, "trunkline", "server", "--data", data, "--listen", address);
  try {
    ready(address, server);
    work.on(address);
  } finally {
    server.destroy();
    server.waitFor();
  }
}

/// What is done with the server at an address.
interface Work {
  void on(String address) throws Exception;
}

/// Some of everything: many small files in, walks and comparisons over them, and a pipeline.
void exercise(String address, Path files) throws Exception {
  for (int i = 0; i < 4000; i++) {
    var file = files.resolve("d%02d/f%04d".formatted(i / 100, i));
    Files.createDirectories(file.getParent());
    Files.writeString(file, "line %d of a file\n".formatted(i).repeat(60));
  }
  var spec = files.resolveSibling("spec.json");
  Files.writeString(
      spec,
      """
      {"pipeline": {"name": "p"}, "input": {"pfs": {"repo": "r", "glob": "/d0*/f*0"}},
       "transform": {"cmd": ["sh"], "stdin": ["cp -r /pfs/r/* /pfs/out/"]}}""");
  var put = "put file -r r@master:/ -f " + files;
  for (var words :
      List.of("create repo r", put, put, "glob file r@master:/**", "glob file r@master:/**",
          "list file r@master:/d01", "diff file r@master:/ r@master^:/", "get file r@master:/d01/f0100",
          "create pipeline -f " + spec, "wait commit p@master", "list job", "list pipeline", "list datum p@master",
          "list commit r", "inspect commit r@master", put, "wait commit p@master")) {
    product("", address, concat(List.of("pachctl"), List.of(words.split(" "))).toArray(String[]::new))
        .waitFor(60, TimeUnit.SECONDS);
  }
}

/// Starts a program of the product; with a name it leaves what it learned in `lib/<name>.aot`.
Process product(String learned, String address, String... words) throws IOException {
  var builder = new ProcessBuilder(words).redirectErrorStream(true);
  builder.command().set(0, DIST.resolve("bin").resolve(words[0]).toString());
  builder.environment().put("PACHD_ADDRESS", address);
  if (!learned.isEmpty()) {
    builder
        .environment()
        .put("TRUNKLINE_JAVA_FLAGS", "-XX:AOTCacheOutput=" + DIST.resolve("lib/" + learned + ".aot"));
  }
  builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
  return builder.start();
}

/// Compiles the agent: one static program.
void agent(Path target) throws Exception {
  run(
      ROOT,
      Map.of(),
      List.of(
          "cc", "-O2", "-static", "-Wall", "-Wextra", "-Werror", "-o", target.toString(),
          "agent/agent.c", "agent/sandbox.c", "agent/tree.c"));
}

/// Installs what a fresh machine lacks.
void setup() throws Exception {
  need("mvn", "maven");
  need("git", "git");
  need("cc", "gcc", "libc6-dev");
  need("python3", "python3");
  if (new ProcessBuilder("python3", "-c", "import ensurepip, venv").start().waitFor() != 0) {
    installPackages("python3-venv");
  }
}

/// Installs the Debian packages of a missing program, or says what to do.
void need(String program, String... debianPackages) throws Exception {
  if (!found(program)) {
    installPackages(debianPackages);
  }
}

void installPackages(String... debianPackages) throws Exception {
  var packages = String.join(" ", debianPackages);
  if (!found("apt-get") || !System.getProperty("user.name").equals("root")) {
    fail("needs " + packages + ": install it (on Debian: apt-get install " + packages + ")");
  }
  IO.println("dev: installing " + packages);
  var quiet = Map.of("DEBIAN_FRONTEND", "noninteractive");
  run(ROOT, quiet, List.of("apt-get", "-qq", "update"));
  run(ROOT, quiet, concat(List.of("apt-get", "-qqy", "install"), List.of(debianPackages)));
}

boolean found(String program) {
  return Arrays.stream(System.getenv("PATH").split(":"))
      .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
}

void maven(String... arguments) throws Exception {
  run(ROOT, Map.of(), concat(List.of("mvn", "-B", "-q", "-ntp", "-Dstyle.color=never"), List.of(arguments)));
}

List<String> concat(List<String> first, List<String> second) {
  var all = new ArrayList<>(first);
  all.addAll(second);
  return all;
}

// --- Testing

void check(List<String> arguments) throws Exception {
  long start = System.nanoTime();
  build();
  IO.println("check: built in " + seconds(start) + " s");
  tests(concat(List.of("-T2", "spotless:check", "test"), flags(arguments)));
  IO.println("check: everything holds, after " + seconds(start) + " s");
}

void test(List<String> arguments) throws Exception {
  if (arguments.isEmpty() || !Files.exists(ROOT.resolve(arguments.getFirst()).resolve("pom.xml"))) {
    fail("./dev t wants a module (a folder with a pom.xml), and may take one of its test classes");
  }
  setup();
  var module = arguments.getFirst();
  var rest = arguments.subList(1, arguments.size());
  tests(concat(List.of("test", "-pl", module, "-am", only(module, rest)), flags(rest)));
}

/// Golden files belong to modules below the packaged product.
void golden(List<String> arguments) throws Exception {
  setup();
  var words = new ArrayList<>(List.of("test", "-Dgolden=rewrite"));
  if (arguments.isEmpty() || arguments.getFirst().startsWith("-")) {
    words.addAll(List.of("-pl", "!e2e,!rules"));
  } else {
    words.addAll(List.of("-pl", arguments.getFirst(), "-am", only(arguments.getFirst(), List.of())));
  }
  tests(concat(words, flags(arguments)));
  run(ROOT, Map.of(), List.of("git", "status", "--short", "--", "*/src/test/resources/golden"));
}

/// Runs the tests of `module` and not those of what it needs; one class where `words` name it.
String only(String module, List<String> words) {
  return words.stream()
      .filter(word -> !word.startsWith("-"))
      .findFirst()
      .map(test -> "-Dtest=dev.trunkline." + module + "." + test)
      .orElse("-Dtest=dev/trunkline/" + module + "/**/*Test.class");
}

List<String> flags(List<String> words) {
  return words.stream().filter(word -> word.startsWith("-D")).toList();
}

/// Runs Maven and shows what tests said: a line for each class, every error, and the sum.
void tests(List<String> words) throws Exception {
  long start = System.nanoTime();
  var command =
      concat(
          List.of(
              "mvn", "-B", "-ntp", "-Dstyle.color=never", "-Dsurefire.failIfNoSpecifiedTests=false"),
          words);
  var log = Files.createDirectories(ROOT.resolve("target")).resolve("dev.log");
  var maven = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
  maven.redirectInput(Path.of("/dev/null").toFile());
  var process = maven.start();
  var ran = Pattern.compile("Tests run: (\\d+), .*Time elapsed: ([0-9.]+) s.* -- in (\\S+)");
  long passed = 0;
  boolean failing = false;
  try (var lines = process.inputReader();
      var all = Files.newBufferedWriter(log)) {
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      all.write(line + "\n");
      var match = ran.matcher(line);
      failing |= line.startsWith("[ERROR]");
      if (match.find() && !line.startsWith("[ERROR]")) {
        passed += Long.parseLong(match.group(1));
        IO.println(
            "%5s passed %8s s  %s".formatted(match.group(1), match.group(2), match.group(3)));
      } else if (failing && !line.startsWith("[INFO]")) {
        IO.println(line);
      }
    }
  }
  int code = process.waitFor();
  if (code != 0) {
    System.err.println("dev: failed; the whole output is in " + ROOT.relativize(log));
    System.exit(code);
  }
  IO.println(passed + " passed in " + seconds(start) + " s");
}

long seconds(long since) {
  return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
}

void bench(List<String> arguments) throws Exception {
  need("ninja", "ninja-build");
  build();
  maven("compile", "-pl", "bench", "-am");
  var command =
      List.of(
          System.getProperty("java.home") + "/bin/java",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xmx1g",
          "-cp",
          DIST + "/lib/*:bench/target/lib/*:bench/target/classes",
          "dev.trunkline.bench.Main");
  run(ROOT, Map.of(), concat(command, arguments));
}

void install(List<String> arguments) throws Exception {
  int at = arguments.indexOf("--prefix");
  var prefix = Path.of(at >= 0 ? arguments.get(at + 1) : "/usr/local");
  build();
  var home = prefix.resolve("lib/trunkline");
  delete(home);
  Files.createDirectories(home.getParent());
  run(ROOT, Map.of(), List.of("cp", "-a", DIST.toString(), home.toString()));
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
