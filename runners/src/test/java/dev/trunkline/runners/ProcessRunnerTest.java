package dev.trunkline.runners;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Scope;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.datum.Limits;
import dev.trunkline.datum.Program;
import dev.trunkline.pipelines.Runner;
import dev.trunkline.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sandboxes of this machine.
class ProcessRunnerTest extends RunnerContract {
  @TempDir static Path built;
  private static Path agent = Path.of("");

  @TempDir Path folder;
  private ProcessRunner runner;
  private Path secret;

  @BeforeAll
  static void compile() throws Exception {
    agent = AgentBinary.compile(built.resolve("agent"), "-O2", "-static");
  }

  @BeforeEach
  void open() throws IOException {
    secret = Files.createTempDirectory(Path.of("/var/tmp"), "trunkline-secret");
    Files.writeString(secret.resolve("secret"), "secret");
    runner = new ProcessRunner(agent, folder.resolve("scratch"), false, trees, List.of(secret));
  }

  @AfterEach
  void close() throws IOException {
    runner.close();
    Files.delete(secret.resolve("secret"));
    Files.delete(secret);
    try (var left = Files.list(folder.resolve("scratch"))) {
      assertThat(left).as("folders of workers that have ended").isEmpty();
    }
  }

  @Override
  Runner runner() {
    return runner;
  }

  @Override
  Path secret() {
    return secret;
  }

  @Test
  void itRunsWhatThisMachineCan() {
    assertThat(runner.objection("")).isEmpty();
    assertThat(runner.objection("ubuntu:20.04")).isEmpty();
    assertThat(runner.objection("example/iris:1"))
        .contains("--runner process", "remove transform.image");
  }

  @Test
  void aSystemThatForbidsSandboxesIsNamedOnce() throws IOException {
    var broken =
        Files.writeString(folder.resolve("broken"), "#!/bin/sh\necho forbidden >&2\nexit 71\n");
    assertThat(broken.toFile().setExecutable(true)).isTrue();
    try (var other = new ProcessRunner(broken, folder.resolve("other"), false, trees, List.of())) {
      assertThat(other.objection("")).contains("the sandbox could not be made", "forbidden");
    }
  }

  @Test
  void aWorkerWhoseAgentDiedIsNotReady() throws Exception {
    try (var worker = runner.start("worker", sh("true"))) {
      assertThat(worker.isReady()).isTrue();
      ProcessHandle.current()
          .children()
          .filter(ProcessRunnerTest::isAgent)
          .forEach(ProcessHandle::destroyForcibly);
      Await.until("it is gone", Duration.ofSeconds(60), () -> !worker.isReady());
    }
  }

  private static boolean isAgent(ProcessHandle process) {
    return process.info().command().equals(Optional.of(agent.toString()));
  }

  @Test
  void aWorkerWhoseWorkingDirectoryWasReplacedIsNotReady(@TempDir Path place) throws Exception {
    var work = Files.createDirectory(place.resolve("work"));
    try (var worker = runner.start("worker", in(work, "true"))) {
      assertThat(worker.isReady()).isTrue();
      Files.move(work, place.resolve("old"));
      assertThat(worker.isReady()).isFalse();
      Files.createDirectory(work);
      assertThat(worker.isReady()).isFalse();
    }
  }

  /// A folder stands in for the control groups of the system, and we for the system.
  @Test
  void aProgramThatIsKilledForWantOfMemorySaysWhichLimitToRaise(@TempDir Path groups)
      throws Exception {
    Files.writeString(groups.resolve("own"), "0::/\n");
    Files.writeString(groups.resolve("cgroup.controllers"), "cpu memory\n");
    Files.writeString(groups.resolve("cgroup.procs"), "1\n");
    runner.limit(Cgroups.below(groups, groups.resolve("own"), 1).orElseThrow());
    var greedy = limitedTo(new Limits(1 << 20, 0), "echo now; sleep 1000");
    var clumsy = limitedTo(new Limits(1 << 20, 0), "kill -9 $$");
    var tasks = List.of(task("greedy", greedy), task("clumsy", clumsy));
    var said = new CountDownLatch(1);
    var datums =
        new Datums(tasks, trees, records) {
          @Override
          public void log(DatumTask task, boolean user, String text) {
            if (user) {
              said.countDown();
            }
          }
        };
    try (var worker = runner.start("worker", greedy);
        var scope = Scope.open("work")) {
      scope.run(() -> worker.work(datums));
      said.await();
      var group = only(groups, "worker-");
      assertThat(Files.readString(group.resolve("memory.max"))).isEqualTo("1048576");
      assertThat(ProcessHandle.current().children())
          .extracting(p -> p.pid() + "\n")
          .contains(Files.readString(group.resolve("cgroup.procs")));
      Files.writeString(group.resolve("memory.events"), "oom_kill 1\n");
      worker.kill("greedy");
      scope.join();
    }
    assertThat(datums.outcome("greedy").reason())
        .contains("signal 9", "more memory than resource_limits.memory allows", "raise that");
    assertThat(datums.outcome("clumsy").reason()).isEqualTo("sh was killed by signal 9");
  }

  private static Path only(Path folder, String prefix) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries
          .filter(e -> e.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Program limitedTo(Limits limits, String script) {
    return new Program(
        List.of("sh", "-ec", script),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Set.of(),
        1,
        Optional.empty(),
        "",
        "",
        limits);
  }

  /// The end of an agent's input is all that it sees of a server that was killed.
  @Test
  void nothingRunsOnWhenTheServerIsGone() throws Exception {
    var pfs = Files.createDirectories(folder.resolve("w/pfs")).toString();
    var tmp = Files.createDirectories(folder.resolve("w/tmp")).toString();
    var process = new ProcessBuilder(agent.toString(), pfs, tmp, "", "").start();
    var body = new ByteArrayOutputStream();
    AgentFuzzTest.request(new DataOutputStream(body), "setsid sleep 987654 & sleep 987654", "");
    var out = new DataOutputStream(process.getOutputStream());
    out.writeInt(body.size());
    out.writeByte(3);
    out.writeInt(1);
    out.write(body.toByteArray());
    out.flush();
    Await.until("the program runs", Duration.ofSeconds(60), () -> sleepers() == 2);
    process.getOutputStream().close();
    Await.until("the program is gone", Duration.ofSeconds(60), () -> sleepers() == 0);
    assertThat(process.waitFor()).isZero();
  }

  private static long sleepers() {
    return ProcessHandle.allProcesses().filter(ProcessRunnerTest::isSleeper).count();
  }

  private static boolean isSleeper(ProcessHandle process) {
    try {
      var line = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
      return line.equals("sleep\000987654\0");
    } catch (IOException e) {
      return false;
    }
  }
}
