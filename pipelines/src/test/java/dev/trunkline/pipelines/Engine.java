package dev.trunkline.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Clock;
import dev.trunkline.base.FilePath;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.content.Entry;
import dev.trunkline.datum.Program;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.ObjectStore;
import dev.trunkline.planning.Input;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A whole engine for tests: real database, storage and versions, workers without processes.
final class Engine implements AutoCloseable {
  static final PipelineName P = new PipelineName("default", "p");

  final Storage storage;
  final Versions versions;
  final Pipelines pipelines;
  final CopyingRunner runner;
  final Scheduler scheduler;

  Engine(Database database, ObjectStore objects, Clock clock) {
    database.migrate("metadata");
    storage = Storage.open(database, objects, ChunkLimits.STANDARD);
    versions = new Versions(database, storage);
    pipelines = new Pipelines(database, versions);
    versions.start(Optional.of(pipelines));
    runner = new CopyingRunner(storage.trees(), 4);
    scheduler = new Scheduler(database, pipelines, storage, runner, clock);
  }

  Engine started() {
    scheduler.start();
    return this;
  }

  void repo(String name) {
    versions.change(change -> {
      change.createRepo(RepoName.user("default", name), "", false);
      return true;
    });
  }

  static CommitHandle head(String repo) {
    return CommitHandle.head(new BranchName(RepoName.user("default", repo), "master"));
  }

  void put(String repo, Map<String, String> files) {
    try (var write = versions.files().modify(head(repo))) {
      files.forEach((path, text) -> {
        write.delete(path, "");
        if (!text.isEmpty()) {
          write.append(path, "", text.getBytes(UTF_8));
        }
      });
      write.commit();
    }
  }

  void put(String path, String text) {
    put("in", Map.of(path, text));
  }

  static Input.Pfs leaf(String name, String repo, String glob) {
    return new Input.Pfs(name, "default", repo, "user", "master", glob, false);
  }

  static Program program(List<String> command) {
    return new Program(
        command, List.of(), List.of(), List.of(), Map.of(), Set.of(), 1, Optional.empty(), "", "");
  }

  static PipelineSpec spec(PipelineName name, Input input, int workers) {
    return new PipelineSpec(
        name, "", "", program(List.of("copy")), Optional.of(input), "master", workers, "", false);
  }

  static PipelineSpec within(PipelineSpec spec, Duration limit) {
    return new PipelineSpec(
        spec.name(),
        spec.description(),
        spec.image(),
        spec.program(),
        spec.input(),
        spec.outputBranch(),
        spec.parallelism(),
        spec.salt(),
        spec.everyJob(),
        Optional.of(limit),
        spec.autoscaling(),
        spec.fault());
  }

  static PipelineSpec everyJob(PipelineSpec spec) {
    return new PipelineSpec(
        spec.name(),
        spec.description(),
        spec.image(),
        spec.program(),
        spec.input(),
        spec.outputBranch(),
        spec.parallelism(),
        spec.salt(),
        true,
        spec.jobTimeout(),
        spec.autoscaling(),
        spec.fault());
  }

  void create(PipelineSpec spec) {
    pipelines.create(new Submitted(spec, "{}", "{}"), true, false);
  }

  /// Makes `p`, which copies what `glob` matches in `in`.
  void copying(String glob, int workers) {
    create(spec(P, leaf("in", "in", glob), workers));
  }

  void stop(PipelineName name, String job) {
    versions.change(change -> {
      pipelines.jobs().stop(change, name, job, "");
      return true;
    });
  }

  String newestId(PipelineName name) {
    return versions.commits().inspect(head(name.name())).name().id();
  }

  /// The job of the newest output commit as it is.
  JobInfo newest() {
    return pipelines.jobs().inspect(P, newestId(P));
  }

  /// The job of the newest output commit, once it is over.
  JobInfo done() {
    return done(P);
  }

  JobInfo done(PipelineName name) {
    return pipelines.jobs().await(name, newestId(name));
  }

  /// Returns when the meta commit of the newest job is finished.
  void awaitMeta() {
    var meta = P.output().as(RepoName.META);
    var head = CommitHandle.head(new BranchName(meta, "master"));
    versions.commits().await(head, dev.trunkline.versions.CommitInfo.State.FINISHED);
  }

  Map<String, String> output() {
    return output("p");
  }

  Map<String, String> output(String repo) {
    var files = new TreeMap<String, String>();
    var root = versions.files().open(head(repo)).root();
    storage
        .trees()
        .walk(root, FilePath.ROOT)
        .forEachRemaining(entry -> {
          if (entry instanceof Entry.OfFile file) {
            var out = new ByteArrayOutputStream();
            storage.trees().reader().read(file.content(), 0, out::writeBytes);
            files.put(file.path().text(), out.toString(UTF_8));
          }
        });
    return files;
  }

  @Override
  public void close() {
    scheduler.close();
    versions.close();
  }
}
