package dev.trunkline.runners;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trunkline.base.Clock;
import dev.trunkline.base.FilePath;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Entry;
import dev.trunkline.datum.Program;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.LocalFolder;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.PipelineInfo;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.PipelineSpec;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.pipelines.Scheduler;
import dev.trunkline.pipelines.Submitted;
import dev.trunkline.planning.Input;
import dev.trunkline.storage.Storage;
import dev.trunkline.testkit.Await;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitInfo.State;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pipelines on the real thing: real storage, real sandboxes, real programs.
class PipelineRunTest {
  private static final PipelineName NAME = new PipelineName("default", "p");
  private static final String COPY = "cp -r /pfs/in/. /pfs/out/";

  @TempDir static Path built;
  @TempDir Path folder;
  private Database database;
  private Versions versions;
  private Pipelines pipelines;
  private ProcessRunner runner;
  private Scheduler scheduler;

  @BeforeAll
  static void compileTheAgent() throws Exception {
    var compiler =
        new ProcessBuilder(
                "cc",
                "-O1",
                "-static",
                "-o",
                built.resolve("agent").toString(),
                "../agent/agent.c",
                "../agent/sandbox.c",
                "../agent/tree.c")
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
  }

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("metadata.db"), Clock.system());
    database.migrate("metadata");
    var storage =
        Storage.open(database, new LocalFolder(folder.resolve("objects")), ChunkLimits.STANDARD);
    versions = new Versions(database, storage);
    pipelines = new Pipelines(database, versions);
    versions.start(Optional.of(pipelines));
    runner =
        new ProcessRunner(
            built.resolve("agent"),
            folder.resolve("scratch"),
            false,
            storage.trees(),
            List.of(folder.resolve("objects")));
    scheduler = new Scheduler(database, pipelines, storage, runner, Clock.system());
    scheduler.start();
    repo("in");
  }

  @AfterEach
  void close() {
    scheduler.close();
    runner.close();
    versions.close();
    database.close();
  }

  private void repo(String name) {
    versions.change(change -> {
      change.createRepo(RepoName.user("default", name), "", false);
      return true;
    });
  }

  private static CommitHandle head(String repo) {
    return CommitHandle.head(new BranchName(RepoName.user("default", repo), "master"));
  }

  private void put(String repo, String path, String text) {
    try (var write = versions.files().modify(head(repo))) {
      write.delete(path, "");
      write.append(path, "", text.getBytes(UTF_8));
      write.commit();
    }
  }

  private void delete(String path) {
    try (var write = versions.files().modify(head("in"))) {
      write.delete(path, "");
      write.commit();
    }
  }

  private static Input.Pfs leaf(String name, String glob) {
    return new Input.Pfs(name, "default", name, "user", "master", glob, false);
  }

  private static Program program(String script, List<String> onError) {
    return new Program(
        List.of("sh", "-ec", script),
        List.of("first", "second"),
        onError,
        List.of(),
        Map.of("COLOUR", "blue"),
        Set.of(7L),
        2,
        Optional.of(Duration.ofSeconds(20)),
        "",
        "");
  }

  private static Submitted spec(Program program, Input input, String image) {
    var spec =
        new PipelineSpec(NAME, "", image, program, Optional.of(input), "master", 2, "", false);
    return new Submitted(spec, "{}", "{}");
  }

  private JobInfo runs(String script) {
    pipelines.create(spec(program(script, List.of()), leaf("in", "/*"), ""), true, false);
    return newest();
  }

  /// The job of the newest output commit, once it is over.
  private JobInfo newest() {
    var id = versions.commits().inspect(head("p")).name().id();
    return pipelines.jobs().await(NAME, id);
  }

  private Map<String, String> output() {
    var trees = versions.files().trees();
    var files = new TreeMap<String, String>();
    var root = versions.files().open(head("p")).root();
    trees
        .walk(root, FilePath.ROOT)
        .forEachRemaining(entry -> {
          if (entry instanceof Entry.OfFile file) {
            var out = new ByteArrayOutputStream();
            trees.reader().read(file.content(), 0, out::writeBytes);
            files.put(file.path().text(), out.toString(UTF_8));
          }
        });
    return files;
  }

  @Test
  void onlyWhatChangedRunsAndTheRestStays() {
    put("in", "/a", "1");
    put("in", "/b", "2");
    assertThat(runs(COPY).counts().processed()).isEqualTo(2);
    put("in", "/c", "3");
    var third = newest();
    assertThat(third.counts().processed()).isEqualTo(1);
    assertThat(third.counts().skipped()).isEqualTo(2);
    delete("/a");
    assertThat(newest().counts().processed()).isZero();
    put("in", "/b", "new");
    assertThat(newest().counts().processed()).isEqualTo(1);
    assertThat(output()).isEqualTo(Map.of("/b", "new", "/c", "3"));
    var reprocess = spec(program(COPY, List.of()), leaf("in", "/*"), "");
    pipelines.create(reprocess, true, true);
    assertThat(newest().counts().processed()).isEqualTo(2);
    assertThat(pipelines.inspect(NAME).version()).isEqualTo(2);
  }

  @Test
  void aSandboxOutlivesItsJobButNotItsVersion() {
    var script =
        "test -e /tmp/id || cp /proc/sys/kernel/random/uuid /tmp/id; cp /tmp/id /pfs/out/$(basename $in)";
    var program = program(script, List.of());
    var input = Optional.<Input>of(leaf("in", "/*"));
    var spec = new PipelineSpec(NAME, "", "", program, input, "master", 1, "", false);
    put("in", "/a", "1");
    pipelines.create(new Submitted(spec, "{}", "{}"), false, false);
    newest();
    put("in", "/b", "2");
    newest();
    assertThat(output()).hasSize(2);
    assertThat(output().values().stream().distinct()).hasSize(1);
    pipelines.create(new Submitted(spec, "{}", "{}"), true, false);
    put("in", "/c", "3");
    newest();
    assertThat(output()).hasSize(3);
    assertThat(output().values().stream().distinct()).hasSize(2);
  }

  @Test
  void theProgramSeesWhatItIsPromised() {
    put("in", "/d/x", "hello");
    runs(
        """
        cat > /pfs/out/stdin
        echo "$COLOUR $in $PACH_JOB_ID $PPS_PIPELINE_NAME" > /pfs/out/env
        cat "/pfs/in/d/x" > /pfs/out/x
        ln -s /pfs/in/d/x /pfs/out/link
        mkfifo /pfs/out/pipe
        echo changed > /pfs/in/d/x
        echo said
        """);
    var job = newest();
    assertThat(reason(job)).isEmpty();
    assertThat(output())
        .containsEntry("/stdin", "first\nsecond\n")
        .containsEntry("/env", "blue /pfs/in/d " + job.id() + " p\n")
        .containsEntry("/x", "hello")
        .containsEntry("/link", "changed\n")
        .doesNotContainKey("/pipe");
    assertThat(pipelines.jobs().logs(job))
        .toIterable()
        .anyMatch(line -> line.user() && line.text().equals("said"));
  }

  @Test
  void nothingOutsideOfTheSandboxChanges() throws IOException {
    put("in", "/a", "1");
    var mark = "trunkline-left-behind-" + folder.getFileName();
    var job =
        runs(
            "touch /etc/"
                + mark
                + " && exit 9; touch /tmp/"
                + mark
                + "; setsid sh -c 'exec -a "
                + mark
                + " sleep 1000' & exit 0");
    assertThat(job.state()).isEqualTo(JobInfo.State.SUCCESS);
    assertThat(Path.of("/etc", mark)).doesNotExist();
    assertThat(Path.of("/tmp", mark)).doesNotExist();
    try (var processes = Files.list(Path.of("/proc"))) {
      assertThat(processes.map(PipelineRunTest::commandLine)).noneMatch(c -> c.startsWith(mark));
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void aFailureNamesTheDatumAndTheNextCommitTriesAgain() {
    put("in", "/a", "1");
    var failed = runs("test -e /pfs/in/b");
    assertThat(failed.state()).isEqualTo(JobInfo.State.FAILURE);
    assertThat(failed.reason()).matches("datum [0-9a-f]{64} failed");
    assertThat(pipelines.jobs().logs(failed))
        .toIterable()
        .filteredOn(line -> line.text().contains("errored running user code"))
        .hasSize(2);
    assertThat(runs(COPY).state()).isEqualTo(JobInfo.State.SUCCESS);
    assertThat(runs("exit 7").state()).isEqualTo(JobInfo.State.SUCCESS);
  }

  @Test
  void anErrorCommandRecovers() {
    put("in", "/a", "1");
    var spec = spec(program("exit 1", List.of("true")), leaf("in", "/*"), "");
    pipelines.create(spec, false, false);
    var job = newest();
    assertThat(job.state()).isEqualTo(JobInfo.State.SUCCESS);
    assertThat(job.counts().recovered()).isEqualTo(1);
    assertThat(output()).isEmpty();
  }

  /// Together the two take longer than an attempt may, and neither does alone.
  @Test
  void anErrorCommandHasWhatIsLeftOfTheTimeOfItsAttempt() {
    put("in", "/a", "1");
    var slow =
        new Program(
            List.of("sh", "-c", "sleep 2; exit 1"),
            List.of(),
            List.of("sleep", "2"),
            List.of(),
            Map.of(),
            Set.of(),
            1,
            Optional.of(Duration.ofSeconds(3)),
            "",
            "");
    pipelines.create(spec(slow, leaf("in", "/*"), ""), false, false);
    var job = newest();
    assertThat(job.state()).isEqualTo(JobInfo.State.FAILURE);
    assertThat(job.counts().recovered()).isZero();
  }

  @Test
  void aProgramThatHangsOrIsMissingSaysSo() {
    put("in", "/a", "1");
    var hanging =
        new Program(
            List.of("sleep", "1000"),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Set.of(),
            1,
            Optional.of(Duration.ofMillis(300)),
            "",
            "");
    pipelines.create(spec(hanging, leaf("in", "/*"), ""), false, false);
    assertThat(reason(newest())).contains("datum timeout");
    var missing =
        new Program(
            List.of("/no/such/program"),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Set.of(),
            1,
            Optional.empty(),
            "",
            "");
    pipelines.create(spec(missing, leaf("in", "/*"), ""), true, false);
    assertThat(reason(newest()))
        .contains("/no/such/program")
        .contains("must name a program that exists");
  }

  private String reason(JobInfo job) {
    return pipelines.jobs().datums(job).next().reason();
  }

  @Test
  void crossAndUnionMakeTheDatumsTheyShould() {
    repo("other");
    put("in", "/a", "1");
    put("in", "/b", "2");
    put("other", "/x", "3");
    put("other", "/y", "4");
    var cross = new Input.Cross(List.of(leaf("in", "/*"), leaf("other", "/*")));
    var join = "cat $in $other > /pfs/out/$(basename $in)$(basename $other)";
    pipelines.create(spec(program(join, List.of()), cross, ""), false, false);
    newest();
    assertThat(output()).isEqualTo(Map.of("/ax", "13", "/ay", "14", "/bx", "23", "/by", "24"));
    var union = new Input.Union(List.of(leaf("in", "/*"), leaf("other", "/x")));
    pipelines.create(
        spec(program("cp -r /pfs/*/. /pfs/out/; rm -f /pfs/out/.env", List.of()), union, ""),
        true,
        false);
    assertThat(newest().counts().total()).isEqualTo(3);
  }

  @Test
  void twoDatumsThatWriteOnePathFailTheJob() {
    put("in", "/a", "1");
    put("in", "/b", "2");
    var job = runs("echo same > /pfs/out/same");
    assertThat(job.state()).isEqualTo(JobInfo.State.FAILURE);
    assertThat(job.reason()).contains("duplicate path output by different datums");
  }

  @Test
  void aNameThatCannotBeStoredFailsTheDatum() {
    put("in", "/a", "1");
    assertThat(reason(runs("touch '/pfs/out/a*b'"))).contains("cannot be represented in PFS");
    assertThat(reason(runs("ln -s /nowhere /pfs/out/l"))).contains("leads nowhere");
  }

  @Test
  void whatFollowsAFailureIsUnrunnable() {
    put("in", "/a", "1");
    runs("exit 1");
    var down =
        new PipelineSpec(
            new PipelineName("default", "q"),
            "",
            "",
            program("true", List.of()),
            Optional.of(leaf("p", "/*")),
            "master",
            1,
            "",
            false);
    pipelines.create(new Submitted(down, "{}", "{}"), false, false);
    var id = versions.commits().inspect(head("q")).name().id();
    var job = pipelines.jobs().await(down.name(), id);
    assertThat(job.state()).isEqualTo(JobInfo.State.UNRUNNABLE);
    assertThat(job.reason())
        .isEqualTo("unrunnable because the following upstream pipelines failed: p");
  }

  @Test
  void anImageOfItsOwnNeedsAnotherRunner() {
    put("in", "/a", "1");
    pipelines.create(
        spec(program(COPY, List.of()), leaf("in", "/*"), "example/iris:1"), false, false);
    Await.until(
        "the pipeline crashes",
        Duration.ofSeconds(30),
        () -> pipelines.inspect(NAME).state() == PipelineInfo.State.CRASHING);
    assertThat(pipelines.inspect(NAME).reason())
        .contains("--runner process")
        .contains("remove transform.image");
    runs(COPY);
    assertThat(pipelines.inspect(NAME).state()).isEqualTo(PipelineInfo.State.RUNNING);
  }

  @Test
  void stopStartAndDelete() {
    put("in", "/a", "1");
    runs(COPY);
    pipelines.stop(NAME);
    put("in", "/b", "2");
    assertThat(pipelines.inspect(NAME).state()).isEqualTo(PipelineInfo.State.PAUSED);
    pipelines.start(NAME);
    assertThat(newest().counts().skipped()).isEqualTo(1);
    assertThat(output()).hasSize(2);
    pipelines.delete(NAME, false, false);
    assertThatThrownBy(() -> pipelines.inspect(NAME)).hasMessageContaining("not found");
    assertThatThrownBy(() -> versions.commits().await(head("p"), State.STARTED))
        .hasMessageContaining("repo default/p not found");
    assertThat(runs(COPY).state()).isEqualTo(JobInfo.State.SUCCESS);
  }

  @Test
  void badSpecsChangeNothing() {
    assertThatThrownBy(() -> create(leaf("nope", "/*")))
        .hasMessageContaining("repo default/nope not found");
    assertThatThrownBy(() -> create(leaf("in", "/[a")))
        .hasMessageContaining("error compiling glob");
    assertThatThrownBy(() -> create(new Input.Cross(List.of(leaf("in", "/*"), leaf("in", "/")))))
        .hasMessageContaining("was used more than once");
    assertThat(pipelines.list()).isEmpty();
    assertThat(versions.repos().list()).hasSize(1);
    create(leaf("in", "/*"));
    assertThatThrownBy(() -> create(leaf("in", "/*")))
        .hasMessage("pipeline \"default/p\" already exists");
  }

  private void create(Input input) {
    pipelines.create(spec(program(COPY, List.of()), input, ""), false, false);
  }
}
