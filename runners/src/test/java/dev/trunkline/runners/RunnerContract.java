package dev.trunkline.runners;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Scope;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Entry;
import dev.trunkline.content.FileWriter;
import dev.trunkline.content.MemoryRecords;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.DatumOutcome.State;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.datum.Program;
import dev.trunkline.pipelines.Runner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every runner promises to user code, and what it keeps from it.
abstract class RunnerContract {
  final MemoryRecords records = new MemoryRecords();
  final Trees trees = new Trees(records, ChunkLimits.STANDARD);

  /// The runner; programs must not see into [#secret].
  abstract Runner runner();

  /// A folder with a file `secret`, hidden from programs.
  abstract Path secret();

  // --- Words

  static Program program(List<String> command) {
    return new Program(
        command, List.of(), List.of(), List.of(), Map.of(), Set.of(), 1, Optional.empty(), "", "");
  }

  static Program sh(String script) {
    return program(List.of("sh", "-ec", script));
  }

  static Program as(String user, String script) {
    var p = sh(script);
    return new Program(
        p.command(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Set.of(),
        1,
        Optional.empty(),
        "",
        user);
  }

  static Program in(Path workingDirectory, String script) {
    var p = sh(script);
    return new Program(
        p.command(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Set.of(),
        1,
        Optional.empty(),
        workingDirectory.toString(),
        "");
  }

  static Program limited(Duration limit, int tries, String script, String onError) {
    return new Program(
        List.of("sh", "-ec", script),
        List.of(),
        onError.isEmpty() ? List.of() : List.of("sh", "-ec", onError),
        List.of(),
        Map.of(),
        Set.of(7L),
        tries,
        Optional.of(limit),
        "",
        "");
  }

  Entry.OfFile file(String path, String text) {
    var writer = new FileWriter(records, ChunkLimits.STANDARD);
    var bytes = text.getBytes(UTF_8);
    writer.write(bytes, 0, bytes.length);
    return new Entry.OfFile(FilePath.clean(path), "", writer.finish());
  }

  Entry directory(String path, Map<String, String> files) {
    var set = trees.fileSets().writer(records);
    files.forEach(
        (name, text) -> set.append(FilePath.clean(name), "default", file(name, text).content()));
    var root = trees.apply(Root.EMPTY, set.finish(), records);
    return trees.stat(root, FilePath.clean(path)).orElseThrow();
  }

  static DatumTask.InputFile in(String name, Entry entry) {
    return new DatumTask.InputFile(0, name, entry, "commit-of-" + name);
  }

  static DatumTask task(String id, Program program, DatumTask.InputFile... inputs) {
    return new DatumTask(id, List.of(inputs), program, Map.of("PACH_JOB_ID", "job"));
  }

  /// Runs datums one after the other on one worker.
  Datums run(DatumTask... tasks) {
    var datums = new Datums(List.of(tasks), trees, records);
    try (var worker = runner().start("worker", tasks[0].program())) {
      worker.work(datums);
    }
    return datums;
  }

  Datums run(String script) {
    return run(task("a", sh(script), in("in", file("/x", "hello"))));
  }

  String reason(String script) {
    return run(script).outcome("a").reason();
  }

  // --- What it gives

  @Test
  void inputsAndTheEnvironmentAreAsTheSpecSays() {
    var script =
        """
        { env; cat /pfs/.env; } > /pfs/out/env; echo 'first'; echo 'second' >&2
        cat /pfs/in/d/x /pfs/in/d/e/y /pfs/a-b/f > /pfs/out/all
        ls -A /pfs/ > /pfs/out/top; pwd > /pfs/out/pwd; stat -L -c %a /pfs/in > /pfs/out/mode
        """;
    var in = directory("/d", Map.of("/d/x", "1", "/d/e/y", "2", "/z", "3"));
    var all = directory("/", Map.of("/q", "5"));
    var datums =
        run(task("a", sh(script), in("in", in), in("a-b", file("/f", "4")), in("all", all)));
    var files = datums.files("a");
    assertThat(datums.outcome("a").state()).isEqualTo(State.PROCESSED);
    assertThat(files).containsEntry("/all", "124").containsEntry("/pwd", "/\n");
    assertThat(files).containsEntry("/mode", "700\n");
    assertThat(files.getOrDefault("/top", "").lines()).contains("in", "a-b", "all", "out", ".env");
    assertThat(files.getOrDefault("/env", "").lines())
        .contains("in=/pfs/in/d", "in_COMMIT=commit-of-in", "PACH_DATUM_ID=a", "PACH_JOB_ID=job")
        .contains("a-b=/pfs/a-b/f", "all=/pfs/all", "PACH_IN_WORKER=true");
    assertThat(datums.log()).contains("started datum a", "user: first", "user: second");
  }

  @Test
  void theEnvironmentIsWhatIsPromisedAndTheSameForTheErrorCommand() {
    var names = "cut -d= -f1 /pfs/.env; echo \"job is $PACH_JOB_ID\"";
    var p = limited(Duration.ofSeconds(30), 1, names + "; exit 3", names);
    var datums =
        run(
            task(
                "a",
                p,
                in("in", file("/x", "1")),
                in("in", file("/y", "2")),
                in("a-b", file("/z", "3"))));
    var promised =
        List.of(
            "HOME",
            "PACH_DATUM_ID",
            "PACH_IN_WORKER",
            "PACH_JOB_ID",
            "PACH_NAMESPACE",
            "PATH",
            "PPS_POD_NAME",
            "PPS_WORKER_IP",
            "a-b",
            "a-b_COMMIT",
            "in",
            "in_COMMIT");
    var once = promised.stream().map(name -> "user: " + name).toList();
    assertThat(datums.outcome("a").state()).isEqualTo(State.RECOVERED);
    assertThat(datums.log()).filteredOn(l -> l.startsWith("user: ")).hasSize(2 * 13);
    assertThat(datums.log()).filteredOn(l -> l.equals("user: job is job")).hasSize(2);
    assertThat(datums.log()).containsSubsequence(once).containsAll(once);
    assertThat(datums.outcome("a").environment()).contains("in=/pfs/in/y", "a-b=/pfs/a-b/z");
  }

  @Test
  void inputsArePrivateMergeAndLeaveNothingBehind() {
    var x = file("/x", "same");
    var change = "echo more >> /pfs/in/x; mv /pfs/in/y /pfs/out/y; cat /pfs/in/x > /pfs/out/x";
    var destroy =
        "rm -rf /pfs/out /pfs/in /pfs/.scratch/* && mkdir /pfs/out && echo 3 > /pfs/out/o";
    var datums =
        run(
            task("a", sh(change), in("in", x), in("in", file("/y", "2"))),
            task("b", sh(destroy), in("in", x)),
            task(
                "c",
                sh("cat /pfs/in/x; cp -r /pfs/in/. /pfs/n/. /pfs/out/"),
                in("in", x),
                in("n", x)));
    assertThat(datums.files("a")).isEqualTo(Map.of("/x", "samemore\n", "/y", "2"));
    assertThat(datums.files("b")).isEqualTo(Map.of("/o", "3\n"));
    assertThat(datums.files("c")).isEqualTo(Map.of("/x", "same"));
  }

  @Test
  void stdinIsGivenAndNeedNotBeRead() {
    var line = "x".repeat(1000);
    var lines = IntStream.range(0, 1000).mapToObj(i -> line).toList();
    for (var command : List.of("wc -c > /pfs/out/n", "echo unread > /pfs/out/n")) {
      var p = sh(command);
      var fed =
          new Program(
              p.command(), lines, List.of(), List.of(), Map.of(), Set.of(), 1, p.timeout(), "", "");
      var files = run(task("a", fed)).files("a");
      assertThat(files).containsEntry("/n", command.startsWith("wc") ? "1001000\n" : "unread\n");
    }
    assertThat(run("cat > /pfs/out/nothing").files("a")).containsEntry("/nothing", "");
  }

  @Test
  void exitCodesRetriesAndTheErrorCommand() {
    var limit = Duration.ofSeconds(30);
    var touch = "test ! -e /pfs/in/seen; touch /pfs/in/seen; echo >> /pfs/out/o; exit 3";
    var datums =
        run(
            task("accepted", limited(limit, 1, "exit 7", "")),
            task(
                "tried",
                limited(limit, 3, touch, "test -e /pfs/in/seen"),
                in("in", file("/x", ""))),
            task("failed", limited(limit, 2, "exit 9", "exit 1")),
            task("killed", limited(limit, 1, "kill -9 $$", "")));
    assertThat(datums.outcome("accepted").state()).isEqualTo(State.PROCESSED);
    assertThat(datums.outcome("tried").state()).isEqualTo(State.RECOVERED);
    assertThat(datums.outcome("tried").started()).isEqualTo(3);
    assertThat(datums.outcome("tried").reason()).isEqualTo("sh exited with code 3");
    assertThat(datums.outcome("tried").output().isEmpty()).isTrue();
    assertThat(datums.outcome("failed").state()).isEqualTo(State.FAILED);
    assertThat(datums.outcome("killed").reason()).contains("signal 9");
    assertThat(datums.log().stream().filter(l -> l.startsWith("errored running user code after")))
        .hasSize(6);
  }

  @Test
  void attemptsAreToldApartInTheLog() {
    var limit = Duration.ofSeconds(30);
    var datums = run(task("a", limited(limit, 3, "echo trying; exit 3", "true")));
    assertThat(datums.log())
        .filteredOn(line -> !line.startsWith("errored"))
        .containsExactly(
            "started datum a",
            "user: trying",
            "attempt 2 of 3",
            "user: trying",
            "attempt 3 of 3",
            "user: trying");
  }

  @Test
  void aProgramThatCannotRunSaysHowToCureIt() {
    assertThat(run(task("a", program(List.of("/no/such/program")))).outcome("a").reason())
        .contains("/no/such/program", "must name a program that exists");
    assertThat(run(task("a", program(List.of("/etc/passwd")))).outcome("a").reason())
        .contains("/etc/passwd", "chmod +x");
    assertThat(run(task("a", program(List.of("no-such")))).outcome("a").reason())
        .contains("could not run no-such");
    var script = "printf 'echo hi' > /tmp/s; chmod +x /tmp/s";
    assertThat(
            run(task("a", sh(script)), task("b", program(List.of("/tmp/s")))).outcome("b").reason())
        .contains("#!/bin/sh");
  }

  // --- Time and processes

  @Test
  void aWorkerServesOneJobAfterTheOther() {
    var leave =
        sh(
            "echo x > /pfs/out/o; echo x > /pfs/in/n; setsid sleep 98765 & readlink /proc/self/ns/pid");
    var look = sh("find -L /pfs -type f; pgrep -f 'sleep 9876[5]' || readlink /proc/self/ns/pid");
    var first = new Datums(List.of(task("a", leave, in("in", file("/x", "1")))), trees, records);
    var second = new Datums(List.of(task("b", look, in("other", file("/y", "2")))), trees, records);
    var worker = runner().start("worker", leave);
    try (worker) {
      worker.work(first);
      assertThat(worker.isReady()).isTrue();
      worker.work(second);
      assertThat(worker.isReady()).isTrue();
    }
    assertThat(worker.isReady()).isFalse();
    var said = second.log().stream().filter(l -> l.startsWith("user: ")).toList();
    assertThat(said).contains("user: /pfs/other/y").hasSize(5);
    assertThat(first.log()).contains(said.getLast());
  }

  @Test
  void whatTakesTooLongIsKilledWithAllItStarted() {
    var hang = "setsid sleep 9876 & sleep 9876";
    var see = "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' > /pfs/out/seen";
    var datums =
        run(
            task("late", limited(Duration.ofMillis(200), 1, hang, "true")),
            task("daemon", sh("setsid sh -c 'sleep 9876' > /dev/null 2>&1 &")),
            task("after", sh(see)));
    assertThat(datums.outcome("late").reason()).contains("datum timeout");
    assertThat(datums.outcome("late").state()).isEqualTo(State.FAILED);
    assertThat(datums.outcome("late").cost().processNanos()).isGreaterThanOrEqualTo(200_000_000);
    assertThat(datums.outcome("daemon").state()).isEqualTo(State.PROCESSED);
    assertThat(datums.files("after").get("/seen")).doesNotContain("sleep 9876");
  }

  @Test
  void aRunningProgramCanBeKilledHoweverMuchItSays() throws InterruptedException {
    var program = limited(Duration.ofMinutes(5), 1, "yes 0123456789", "true");
    var started = new java.util.concurrent.CountDownLatch(50_000);
    var datums =
        new Datums(List.of(task("a", program)), trees, records) {
          @Override
          public void log(DatumTask task, boolean user, String text) {
            started.countDown();
          }
        };
    try (var worker = runner().start("worker", program);
        var scope = Scope.open("work")) {
      scope.run(() -> worker.work(datums));
      started.await();
      worker.kill("a");
      scope.join();
    }
    assertThat(datums.outcome("a").reason()).contains("signal 9");
  }

  @Test
  void muchOutputIsCutIntoLinesAndMuchContentIsStored() {
    var script =
        "head -c 3000000 /dev/zero | tr '\\0' x; head -c 20000000 /dev/urandom > /pfs/out/big";
    var datums = run(script + "; sha256sum < /pfs/out/big > /pfs/out/sum; seq 20000");
    assertThat(datums.outcome("a").cost().uploaded()).isEqualTo(20_000_068);
    var said = datums.log().stream().filter(l -> l.startsWith("user: ")).toList();
    assertThat(said).allMatch(l -> l.length() <= 65_550).hasSize(46 + 20_000 - 1);
    assertThat(said.getLast()).isEqualTo("user: 20000");
  }

  @Test
  void twoPipelinesWithTheSameInputNameRunAtTheSameTime() {
    var meet =
        "cp /pfs/in/x /pfs/out/; sleep 0.1; cat /pfs/in/x >> /pfs/out/x; echo $$ > /tmp/mine";
    var tasks =
        List.of(
            task("a", sh(meet), in("in", file("/x", "1"))),
            task("a", sh(meet), in("in", file("/x", "2"))));
    try (var scope = Scope.open("pipeline")) {
      var both = tasks.stream().map(t -> scope.fork(() -> run(t))).toList();
      assertThat(both.get(0).get().files("a")).containsEntry("/x", "11");
      assertThat(both.get(1).get().files("a")).containsEntry("/x", "22");
    }
  }

  // --- What it keeps

  @Test
  void nothingOfTheMachineCanBeChangedOrSpiedUpon() {
    var script =
        """
        for place in / /etc /usr /home /var /sys /proc/sys/kernel /dev /run /root; do
          if touch $place/trunkline-mark 2>/dev/null; then echo "wrote to $place"; fi
        done
        if mount -t tmpfs none /mnt 2>/dev/null; then echo mounted; fi
        if mount -o remount,rw / 2>/dev/null; then echo remounted; fi
        if mknod /tmp/disk b 8 0 2>/dev/null; then echo node; fi
        if unshare -Urm umount /pfs/.stage 2>/dev/null; then echo uncovered; fi
        if ls /proc/1/fd/*/ 2>/dev/null; then echo looked into the agent; fi
        if cat /proc/1/environ 2>/dev/null; then echo environment; fi
        if cat SECRET/secret 2>/dev/null; then echo secret; fi
        for fd in /proc/self/fd/*; do case $(basename $fd) in 0|1|2|3) ;; *) if test -e $fd; then echo open $fd; fi ;; esac; done
        ls /dev
        """;
    var said = run(script.replace("SECRET", secret().toString())).log();
    assertThat(said.stream().filter(l -> l.startsWith("user: ")).map(l -> l.substring(6)))
        .containsExactlyInAnyOrder(
            "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout",
            "tty", "urandom", "zero");
  }

  @Test
  void theWorkingDirectoryIsThereAndReadOnly(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("tool"), "data");
    var script = "cat tool > /pfs/out/tool; if echo x > new; then exit 5; fi";
    assertThat(run(task("a", in(folder, script))).files("a")).containsEntry("/tool", "data");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void anUnknownUserIsNamed() {
    assertThatThrownBy(() -> run(task("a", as("no-such-user", "true"))))
        .hasMessageContaining("no user no-such-user in /etc/passwd");
    assertThatThrownBy(() -> run(task("a", as("0:no-such-group", "true"))))
        .hasMessageContaining("no group no-such-group in /etc/group");
  }

  @Test
  void programsRunAsTheirUserAndSoAreLinksFollowed() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return; // only root can become somebody else
    }
    var script =
        "id -u > /pfs/out/id; id -g >> /pfs/out/id; echo x >> /pfs/in/x; stat -L -c %U /pfs/in"
            + " /pfs/out /pfs/in/x >> /pfs/out/id";
    var files = run(task("a", as("nobody:1234", script), in("in", file("/x", "1")))).files("a");
    assertThat(files).containsEntry("/id", "65534\n1234\nnobody\nnobody\nnobody\n");
    var steal = run(task("a", as("nobody", "ln -s /etc/shadow /pfs/out/x"))).outcome("a");
    assertThat(steal.state()).isEqualTo(State.FAILED);
    assertThat(steal.reason()).contains("/pfs/out/x", "Permission denied");
    var far = run(task("a", as("nobody", "ln -s /etc /pfs/out/etc"))).outcome("a");
    assertThat(far.reason()).contains("/pfs/out/etc/");
  }

  // --- Outputs

  @Test
  void linksAreFollowedInsideTheSandbox() {
    var script =
        """
        mkdir /pfs/out/d /tmp/t; echo 1 > /pfs/out/d/f; echo 2 > /tmp/t/g; mkfifo /pfs/out/pipe
        ln -s /pfs/in/x /pfs/out/in; ln -s ../in/x /pfs/out/relative; ln -s /tmp/t /pfs/out/t
        ln -s d /pfs/out/e; ln /pfs/out/d/f /pfs/out/hard; mkdir /pfs/out/empty
        echo 3 > /pfs/out/locked; chmod 000 /pfs/out/locked; mkdir /pfs/out/l; echo 4 > /pfs/out/l/m
        chmod 000 /pfs/out/l
        """;
    assertThat(run(script).files("a"))
        .isEqualTo(
            Map.of(
                "/d/f",
                "1\n",
                "/in",
                "hello",
                "/relative",
                "hello",
                "/t/g",
                "2\n",
                "/e/f",
                "1\n",
                "/hard",
                "1\n",
                "/locked",
                "3\n",
                "/l/m",
                "4\n"));
  }

  @Test
  void whatCannotBeStoredFailsTheDatumAndSaysWhy() {
    assertThat(reason("ln -s /nowhere /pfs/out/l")).contains("/pfs/out/l leads nowhere (/nowhere)");
    assertThat(reason("ln -s /pfs/other/x /pfs/out/l")).contains("could not find input other");
    assertThat(reason("mkdir /pfs/out/d; ln -s .. /pfs/out/d/up")).contains("folder that holds it");
    assertThat(reason("ln -s /dev/zero /pfs/out/l")).contains("neither a file nor a folder");
    assertThat(reason("ln -s /proc/self/environ /pfs/out/l")).contains("/pfs/out/l");
    assertThat(reason("touch '/pfs/out/a*b'")).contains("cannot be represented in PFS");
    assertThat(reason("touch \"$(printf '/pfs/out/\\303\\244')\""))
        .contains("cannot be represented in PFS");
    assertThat(reason("rm -r /pfs/out; ln -s /etc /pfs/out")).contains("in its place");
  }

  @Test
  void manyFilesAndDeepTreesAreStoredOrRefusedAndNothingStays() {
    var many =
        "cd /pfs/out; seq 10000 | xargs touch; d=.; for i in $(seq 100); do d=$d/d; done; mkdir -p"
            + " $d; echo x > $d/f";
    var deep =
        "cd /pfs/out; d=a; for i in $(seq 400); do d=$d/abcdef; done; mkdir -p $d b/$d; echo x >"
            + " $d/f; mv a b/$d";
    var datums =
        run(
            task("many", sh(many)),
            task("deep", sh(deep)),
            task(
                "c",
                sh("ls -A /pfs/out/ /pfs/.stage 2>/dev/null; ls -A /pfs/.scratch > /pfs/out/l")));
    assertThat(datums.files("many")).hasSize(10_001).containsEntry("/d".repeat(100) + "/f", "x\n");
    assertThat(datums.outcome("deep").reason()).contains("too long or too deep");
    assertThat(datums.files("c")).containsEntry("/l", ".env\nout\n");
  }

  @Test
  void untouchedInputsAreStoredByReference() {
    var big = "0123456789abcdef".repeat(1 << 21);
    var link = "ln -s /pfs/in /pfs/out/all; ls -l /pfs/in/ > /dev/null";
    var inputs = new ArrayList<DatumTask.InputFile>();
    inputs.add(in("in", directory("/", Map.of("/a/b", "1".repeat(200), "/c", "2".repeat(200)))));
    inputs.add(in("large", file("/big", big)));
    var same = task("a", sh(link), inputs.toArray(DatumTask.InputFile[]::new));
    long before = records.appends();
    var datums = run(same);
    assertThat(records.appends() - before).isEqualTo(1);
    assertThat(datums.files("a")).containsEntry("/all/a/b", "1".repeat(200)).hasSize(2);
    var moved = "mv /pfs/in/a /pfs/in/z; mkdir /pfs/in/a; echo 3 > /pfs/in/a/b; " + link;
    var other = task("a", sh(moved), inputs.toArray(DatumTask.InputFile[]::new));
    assertThat(run(other).files("a"))
        .containsEntry("/all/a/b", "3\n")
        .containsEntry("/all/z/b", "1".repeat(200));
  }
}
