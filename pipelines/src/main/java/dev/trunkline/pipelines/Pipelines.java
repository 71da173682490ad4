package dev.trunkline.pipelines;

import dev.trunkline.base.Ids;
import dev.trunkline.base.Refusal;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Tx;
import dev.trunkline.planning.Input;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.CommitHooks;
import dev.trunkline.versions.CommitInfo;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.Names;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The door to pipelines: making, changing and ending them. Told of commits, it makes their jobs.
public final class Pipelines implements CommitHooks {
  private static final String MASTER = "master";
  private static final int KUBERNETES_NAME = 63;
  private static final int PAGE = 128;

  private final Versions versions;
  private final Jobs jobs;

  /// Opens the pipelines in `database`.
  public Pipelines(Database database, Versions versions) {
    this.versions = versions;
    this.jobs = new Jobs(versions);
    database.migrate("pipelines");
    versions.fileSets().offer(new InputSets(versions));
  }

  Versions versions() {
    return versions;
  }

  /// The jobs of all pipelines.
  public Jobs jobs() {
    return jobs;
  }

  /// Makes a pipeline, or with `update` its next version; `reprocess` makes every datum run again.
  public void create(Submitted submitted, boolean update, boolean reprocess) {
    versions.change(change -> {
      create(change, submitted, update, reprocess);
      return true;
    });
  }

  /// The same within a transaction that changes more than this.
  public void create(Change change, Submitted submitted, boolean update, boolean reprocess) {
    var spec = submitted.spec();
    check(spec);
    var existing = PipelineRows.find(change.tx(), spec.name());
    if (existing.isPresent() && !update) {
      throw Refusal.exists("pipeline \"" + spec.name() + "\" already exists");
    }
    if (existing.isPresent()) {
      next(change, existing.get(), submitted, reprocess);
    } else {
      first(change, submitted);
    }
  }

  private static void check(PipelineSpec spec) {
    var name = spec.name().name();
    try {
      Names.check(name);
    } catch (Refusal e) {
      throw new Refusal("invalid pipeline name", e);
    }
    if (!Character.isLetterOrDigit(name.charAt(0))) {
      throw Refusal.invalid("pipeline names must start with an alphanumeric character");
    }
    if (name.length() > Names.LONGEST) {
      throw Refusal.invalid(
          "pipeline name \"%s\" is %d characters longer than the %d max"
              .formatted(name, name.length() - Names.LONGEST, Names.LONGEST));
    }
    var worker = spec.name().project() + "-" + name + "-v99";
    if (worker.length() > KUBERNETES_NAME) {
      throw Refusal.invalid(
          "Kubernetes name \"%s\" is %d characters longer than the %d max"
              .formatted(worker, worker.length() - KUBERNETES_NAME, KUBERNETES_NAME));
    }
    spec.input().ifPresent(Pipelines::checkInput);
  }

  private static void checkInput(Input input) {
    input.leaves().forEach(leaf -> dev.trunkline.base.Glob.compile(leaf.glob()));
    checkNames(input, new HashSet<>());
  }

  private static void checkNames(Input input, Set<String> seen) {
    switch (input) {
      case Input.Pfs leaf -> {
        if (!seen.add(leaf.name())) {
          throw Refusal.invalid("name \"" + leaf.name() + "\" was used more than once");
        }
      }
      case Input.Cross cross -> cross.children().forEach(child -> checkNames(child, seen));
      case Input.Union union -> {
        var all = new HashSet<>(seen);
        for (var child : union.children()) {
          var own = new HashSet<>(seen);
          checkNames(child, own);
          all.addAll(own);
        }
        seen.addAll(all);
      }
    }
  }

  private void first(Change change, Submitted submitted) {
    var spec = submitted.spec();
    var output = spec.name().output();
    requireInputs(change, spec);
    try {
      change.createRepo(output, "Output repo for pipeline " + spec.name() + ".", false);
    } catch (Refusal e) {
      if (e.kind() != Refusal.Kind.EXISTS) {
        throw e;
      }
      throw Refusal.forbiddenNow(
          "pipeline \"%s\" cannot be created because a repo with the same name already exists"
              .formatted(spec.name().name()));
    }
    change.createRepo(
        output.as(RepoName.SPEC), "Spec repo for pipeline " + spec.name() + ".", true);
    change.createRepo(
        output.as(RepoName.META), "Meta repo for pipeline " + spec.name().name(), true);
    var salt = spec.salt().isEmpty() ? Ids.random() : spec.salt();
    long key = PipelineRows.insert(change.tx(), spec.name(), salt);
    version(change, key, 1, submitted, salt);
    wire(change, spec, true);
  }

  private static void requireInputs(Change change, PipelineSpec spec) {
    spec.input().stream().flatMap(Input::leaves).forEach(leaf -> change.requireRepo(repo(leaf)));
  }

  /// The repo that a leaf of an input reads.
  public static RepoName repo(Input.Pfs leaf) {
    return new RepoName(leaf.project(), leaf.repo(), leaf.type());
  }

  private void version(Change change, long key, long version, Submitted submitted, String salt) {
    var specRepo = submitted.spec().name().output().as(RepoName.SPEC);
    var commit = change.emptyCommit(new BranchName(specRepo, MASTER));
    PipelineRows.addVersion(change.tx(), key, version, submitted, commit.name().id());
    PipelineRows.moveTo(change.tx(), key, version, submitted, salt);
    PipelineRows.setState(change.tx(), key, PipelineInfo.State.STARTING, "");
  }

  /// Connects the output branch with what it follows from, or with nothing.
  private static void wire(Change change, PipelineSpec spec, boolean connected) {
    var sources = new ArrayList<BranchName>();
    if (connected) {
      spec.input().stream()
          .flatMap(Input::leaves)
          .map(leaf -> new BranchName(repo(leaf), leaf.branch()))
          .distinct()
          .forEach(sources::add);
      sources.add(new BranchName(spec.name().output().as(RepoName.SPEC), MASTER));
    }
    var output = spec.name().output();
    change.createBranch(new BranchName(output, spec.outputBranch()), Optional.empty(), sources);
    change.createBranch(
        new BranchName(output.as(RepoName.META), spec.outputBranch()), Optional.empty(), sources);
  }

  private void next(Change change, PipelineInfo old, Submitted submitted, boolean reprocess) {
    requireInputs(change, submitted.spec());
    endJobs(change, old, "all jobs killed because pipeline was updated for user unknown_username");
    var salt = reprocess ? Ids.random() : old.salt();
    version(change, old.key(), old.version() + 1, submitted, salt);
    if (old.stopped()) {
      PipelineRows.setState(change.tx(), old.key(), PipelineInfo.State.PAUSED, "");
    } else {
      if (!old.spec().outputBranch().equals(submitted.spec().outputBranch())) {
        wire(change, old.spec(), false);
      }
      wire(change, submitted.spec(), true);
    }
  }

  private void endJobs(Change change, PipelineInfo pipeline, String reason) {
    for (var job : JobRows.open(change.tx(), pipeline.key())) {
      JobSteps.step(change, job, new JobLife.Event.Stopped(reason));
    }
  }

  /// The pipeline as it is.
  public PipelineInfo inspect(PipelineName name) {
    return versions.read(tx -> find(tx, name));
  }

  static PipelineInfo find(Tx tx, PipelineName name) {
    return PipelineRows.find(tx, name)
        .orElseThrow(() ->
            Refusal.notFound(
                "pipeline was not inspected: couldn't find up to date spec for pipeline %s: pipeline \"%s\" not found"
                    .formatted(name, name)));
  }

  /// The version that a job ran with.
  public PipelineInfo inspect(JobInfo job) {
    return versions.read(
        tx -> PipelineRows.find(tx, job.pipelineKey(), job.version()).orElseThrow());
  }

  /// All pipelines, the last changed first.
  public List<PipelineInfo> list() {
    return versions.read(PipelineRows::all);
  }

  /// Whether a repo belongs to a pipeline.
  public boolean owns(RepoName repo) {
    var name = new PipelineName(repo.project(), repo.name());
    return versions.read(tx -> PipelineRows.find(tx, name)).isPresent();
  }

  /// Stops a pipeline: what runs ends, and nothing begins.
  public void stop(PipelineName name) {
    versions.change(change -> {
      var pipeline = find(change.tx(), name);
      PipelineRows.setStopped(change.tx(), pipeline.key(), true);
      moveUnlessFailed(change, pipeline, PipelineInfo.State.PAUSED);
      wire(change, pipeline.spec(), false);
      endJobs(
          change,
          pipeline,
          "all jobs killed because pipeline was stopped for user unknown_username");
      return true;
    });
  }

  /// Starts a stopped pipeline again, with the inputs as they are now.
  public void start(PipelineName name) {
    versions.change(change -> {
      var pipeline = find(change.tx(), name);
      PipelineRows.setStopped(change.tx(), pipeline.key(), false);
      moveUnlessFailed(change, pipeline, PipelineInfo.State.STARTING);
      wire(change, pipeline.spec(), true);
      return true;
    });
  }

  /// Only an update ends a failure.
  private static void moveUnlessFailed(
      Change change, PipelineInfo pipeline, PipelineInfo.State state) {
    if (pipeline.state() != PipelineInfo.State.FAILURE) {
      PipelineRows.setState(change.tx(), pipeline.key(), state, "");
    }
  }

  /// Deletes a pipeline with its jobs and, unless told otherwise, its output.
  public void delete(PipelineName name, boolean force, boolean keepRepo) {
    versions.change(change -> {
      delete(change, List.of(find(change.tx(), name)), force, keepRepo);
      return true;
    });
  }

  /// Deletes pipelines together: that one of them reads from another one is no obstacle.
  public void delete(Change change, List<PipelineInfo> doomed, boolean force, boolean keepRepo) {
    for (var pipeline : doomed) {
      endJobs(change, pipeline, "job deleted");
      wire(change, pipeline.spec(), false);
      PipelineRows.delete(change.tx(), pipeline.key());
    }
    for (var pipeline : doomed) {
      var output = pipeline.spec().name().output();
      if (keepRepo) {
        change.deleteRepo(output.as(RepoName.SPEC), true);
        change.deleteRepo(output.as(RepoName.META), true);
      } else {
        change.deleteRepo(output, force);
      }
    }
  }

  /// The versions that `query` wants, as a transaction sees them.
  public List<PipelineInfo> all(Tx tx, PipelineQuery query) {
    return PipelinePageRows.page(tx, query, Optional.empty(), Integer.MAX_VALUE);
  }

  /// Gives `sink` the versions that `query` wants, the newest first, as long as it wants more.
  public void list(PipelineQuery query, Predicate<PipelineInfo> sink) {
    var last = Optional.<PipelineInfo>empty();
    while (true) {
      var beyond = last;
      var page = versions.read(tx -> PipelinePageRows.page(tx, query, beyond, PAGE));
      for (var info : page) {
        if (!sink.test(info)) {
          return;
        }
        last = Optional.of(info);
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  /// The version whose spec commit is this one, where there is one.
  public Optional<PipelineInfo> ofSpecCommit(CommitName commit) {
    var name = new PipelineName(commit.repo().project(), commit.repo().name());
    return versions.read(tx -> PipelinePageRows.ofSpecCommit(tx, name, commit.id()));
  }

  /// The pipeline as it was `back` versions ago.
  public PipelineInfo inspect(PipelineName name, long back) {
    return versions.read(tx -> {
      var now = find(tx, name);
      if (back >= now.version()) {
        throw Refusal.notFound(
            "pipeline \"%s\" has only %d versions, not enough to find ancestor %d"
                .formatted(name, now.version(), back));
      }
      return back == 0 ? now : PipelineRows.find(tx, now.key(), now.version() - back).orElseThrow();
    });
  }

  @Override
  public void opened(Change change, CommitInfo commit) {
    var repo = commit.name().repo();
    if (!repo.type().equals(RepoName.USER)) {
      return;
    }
    var pipeline = PipelineRows.find(change.tx(), new PipelineName(repo.project(), repo.name()));
    if (pipeline.isPresent()
        && commit.branch().equals(Optional.of(pipeline.get().spec().outputBranch()))) {
      JobRows.insert(change.tx(), pipeline.get(), commit.name().id());
    }
  }

  @Override
  public void finished(Change change, CommitInfo commit) {
    var repo = commit.name().repo();
    WaitRows.wake(change.tx(), Wait.key(commit.name()));
    if (!repo.type().equals(RepoName.USER)) {
      return;
    }
    var name = new PipelineName(repo.project(), repo.name());
    JobRows.find(change.tx(), name, commit.name().id())
        .ifPresent(
            job -> JobSteps.step(change, job, new JobLife.Event.OutputFinished(commit.error())));
  }

  @Override
  public void removed(Change change, CommitName commit) {
    var repo = commit.repo();
    WaitRows.wake(change.tx(), Wait.key(commit));
    if (repo.type().equals(RepoName.USER)) {
      var name = new PipelineName(repo.project(), repo.name());
      JobRows.find(change.tx(), name, commit.id())
          .ifPresent(job -> JobSteps.step(change, job, new JobLife.Event.OutputGone()));
    }
  }
}
