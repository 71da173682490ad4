package dev.trunkline.runners;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Clock;
import dev.trunkline.base.FilePath;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Entry;
import dev.trunkline.datum.Program;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.objects.LocalFolder;
import dev.trunkline.pipelines.JobInfo;
import dev.trunkline.pipelines.PipelineName;
import dev.trunkline.pipelines.PipelineSpec;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.pipelines.Scheduler;
import dev.trunkline.pipelines.Submitted;
import dev.trunkline.planning.Input;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitInfo.State;
import dev.trunkline.versions.Invariants;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// A whole server but its wire, on a folder and a database that outlive it: opened as a process
/// opens them, ended as a dying process ends.
final class World implements AutoCloseable {
  private static final PipelineName NAME = new PipelineName("default", "p");

  private final Database database;
  private final Storage storage;
  private final Versions versions;
  private final Pipelines pipelines;
  private final ProcessRunner runner;
  private final Scheduler scheduler;

  /// Opens what lies in `place`; what goes wrong is up to `cuts`.
  World(Place place, Cuts cuts) {
    var below = place.database().get();
    try {
      database = cuts.database(below);
      database.migrate("metadata");
      Duties.releaseAll(database);
      var objects = cuts.objects(new LocalFolder(place.folder().resolve("objects")));
      storage = Storage.open(database, objects, ChunkLimits.TINY);
      versions = new Versions(database, storage);
      pipelines = new Pipelines(database, versions);
      versions.start(Optional.of(pipelines));
      runner =
          new ProcessRunner(
              place.agent(),
              place.folder().resolve("scratch"),
              false,
              storage.trees(),
              List.of(place.folder().resolve("objects")));
      scheduler = new Scheduler(database, pipelines, storage, runner, Clock.system());
      scheduler.start();
    } catch (RuntimeException | Error e) {
      below.close();
      throw e;
    }
  }

  /// What a world is opened on.
  record Place(Path folder, Path agent, Supplier<Database> database) {}

  @Override
  public void close() {
    scheduler.close();
    runner.close();
    versions.close();
    database.close();
  }

  void createRepo() {
    versions.change(change -> {
      change.createRepo(RepoName.user("default", "in"), "", false);
      return true;
    });
  }

  boolean hasRepo() {
    return versions.repos().list().stream().anyMatch(repo -> repo.name().name().equals("in"));
  }

  /// One commit that replaces `files`.
  void put(Map<String, String> files) {
    try (var write = versions.files().modify(head("in"))) {
      files.forEach((path, text) -> {
        write.delete(path, "");
        write.append(path, "", text.getBytes(UTF_8));
      });
      write.commit();
    }
  }

  /// A pipeline with one datum for each file.
  void createPipeline(String script) {
    var program =
        new Program(
            List.of("sh", "-ec", script),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Set.of(),
            1,
            Optional.empty(),
            "",
            "");
    var input = new Input.Pfs("in", "default", "in", "user", "master", "/*", false);
    var spec = new PipelineSpec(NAME, "", "", program, Optional.of(input), "master", 2, "", false);
    pipelines.create(new Submitted(spec, "{}", "{}"), false, false);
  }

  boolean hasPipeline() {
    return !pipelines.list().isEmpty();
  }

  private static CommitHandle head(String repo) {
    return CommitHandle.head(new BranchName(RepoName.user("default", repo), "master"));
  }

  /// How many commits the input has; with 0 there may be no branch.
  int commits() {
    var count = new int[1];
    versions
        .commits()
        .list(
            Optional.of(RepoName.user("default", "in")),
            true,
            _ -> {
              count[0]++;
              return true;
            });
    return count[0];
  }

  /// The newest job once it is over.
  JobInfo job() {
    return pipelines.jobs().await(NAME, versions.commits().inspect(head("p")).name().id());
  }

  /// The files at the head of a repo once that is finished.
  Map<String, String> files(String repo) {
    versions.commits().await(head(repo), State.FINISHED);
    var trees = versions.files().trees();
    var files = new TreeMap<String, String>();
    var root = versions.files().open(head(repo)).root();
    for (var entries = trees.walk(root, FilePath.ROOT); entries.hasNext(); ) {
      if (entries.next() instanceof Entry.OfFile file) {
        var out = new ByteArrayOutputStream();
        trees.reader().read(file.content(), 0, out::writeBytes);
        files.put(file.path().text(), out.toString(UTF_8));
      }
    }
    return files;
  }

  /// The content hash of the files at the head of a repo.
  String hash(String repo) {
    return versions.files().open(head(repo)).root().content().hex();
  }

  /// Fails where anything stored is not what it should be.
  void verify() {
    Invariants.check(database, storage);
    for (var column : List.of("plan", "results")) {
      Invariants.checkTrees(
          database,
          storage,
          "select %s from pipelines_jobs where %s is not null".formatted(column, column));
    }
    Invariants.checkTrees(database, storage, "select results from pipelines_checkpoints");
  }
}
