package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.content.FileSets;
import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.DatumOutcome.State;
import dev.trunkline.metadata.Duties;
import dev.trunkline.planning.Input;
import dev.trunkline.planning.Planner;
import dev.trunkline.storage.Upload;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitInfo;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Brings one job forward as far as it can go now.
///
/// 1. It waits, by returning, until its inputs and the commit it builds on are finished.
/// 2. The difference between its plan and that of its base, and what did not succeed there, is run.
/// 3. Output = the parent's files, less those of datums that changed or went, plus the new ones.
final class JobRun {
  private static final int BATCH = 4096;

  private final Scheduler scheduler;
  private final JobInfo job;
  private final Duties.Duty duty;
  private final Trees trees;

  JobRun(Scheduler scheduler, JobInfo job, Duties.Duty duty) {
    this.scheduler = scheduler;
    this.job = job;
    this.duty = duty;
    this.trees = scheduler.storage().trees();
  }

  /// Whether anything was done.
  boolean forward() {
    var pipeline =
        scheduler
            .versions()
            .read(tx -> PipelineRows.find(tx, job.pipelineKey(), job.version()).orElseThrow());
    var output =
        scheduler
            .versions()
            .commits()
            .inspect(CommitHandle.of(new CommitName(job.pipeline().output(), job.id())));
    var inputs = inputs(pipeline.spec(), output);
    if (inputs.values().stream().anyMatch(c -> c.finished().isEmpty())) {
      return advance(JobInfo.State.STARTING);
    }
    var failed = inputs.entrySet().stream().filter(e -> !e.getValue().error().isEmpty()).toList();
    if (!failed.isEmpty()) {
      var names = String.join(", ", failed.stream().map(Map.Entry::getKey).sorted().toList());
      return end(
          JobInfo.State.UNRUNNABLE,
          "unrunnable because the following upstream pipelines failed: " + names);
    }
    if (pipeline.spec().program().command().isEmpty()) {
      return end(JobInfo.State.FAILURE, "nothing to run: no transform.cmd");
    }
    var objection = scheduler.workers().objection(pipeline.spec().image());
    if (!objection.isEmpty()) {
      scheduler.crash(job, objection);
      return false;
    }
    var base = base(output);
    if (base.waiting()) {
      return advance(JobInfo.State.STARTING);
    }
    run(pipeline, inputs, base.job());
    return true;
  }

  private boolean advance(JobInfo.State state) {
    if (job.state() == state) {
      return false;
    }
    return write(change -> JobRows.setState(change.tx(), job.key(), state, ""));
  }

  /// Changes the job in a transaction of the duty; false where it was ended meanwhile.
  private boolean write(java.util.function.Consumer<Change> work) {
    return scheduler
        .versions()
        .change(change -> {
          Duties.guard(change.tx(), duty);
          var now = JobRows.find(change.tx(), job.key());
          boolean live = now.isPresent() && !now.get().state().isTerminal();
          if (live) {
            work.accept(change);
          }
          return live;
        });
  }

  private boolean end(JobInfo.State state, String reason) {
    return write(change -> Jobs.end(change, job, state, reason));
  }

  /// The commit that each input reads, by the input's name.
  private Map<String, CommitInfo> inputs(PipelineSpec spec, CommitInfo output) {
    var commits = new HashMap<RepoName, CommitInfo>();
    for (var name : output.provenance()) {
      commits.put(name.repo(), scheduler.versions().commits().inspect(CommitHandle.of(name)));
    }
    var inputs = new HashMap<String, CommitInfo>();
    spec.input().stream()
        .flatMap(Input::leaves)
        .forEach(leaf -> {
          var repo = new RepoName(leaf.project(), leaf.repo(), leaf.type());
          var commit = commits.get(repo);
          if (commit != null) {
            inputs.put(leaf.name(), commit);
          }
        });
    return inputs;
  }

  /// The nearest ancestor whose files count, and its job.
  private Base base(CommitInfo output) {
    var parent = output.parent();
    while (parent.isPresent()) {
      var commit = scheduler.versions().commits().inspect(CommitHandle.of(parent.get()));
      if (commit.error().isEmpty()) {
        var id = commit.name().id();
        return commit.finished().isEmpty()
            ? new Base(true, Optional.empty())
            : new Base(
                false,
                scheduler
                    .versions()
                    .read(tx -> JobRows.find(tx, job.pipeline(), id))
                    .filter(found -> found.results().isPresent()));
      }
      parent = commit.parent();
    }
    return new Base(false, Optional.empty());
  }

  private void run(PipelineInfo pipeline, Map<String, CommitInfo> inputs, Optional<JobInfo> base) {
    write(change -> begin(change, pipeline));
    var roots = new HashMap<String, Root>();
    inputs.forEach((name, commit) -> roots.put(name, commit.total().orElse(Root.EMPTY)));
    try (var upload = scheduler.storage().upload()) {
      var plan =
          pipeline
              .spec()
              .input()
              .map(input -> new Planner(trees).plan(input, roots, upload))
              .orElse(Root.EMPTY);
      boolean all =
          pipeline.spec().everyJob()
              || !base.map(JobInfo::salt).equals(Optional.of(pipeline.salt()));
      var before = base.flatMap(JobInfo::results).orElse(Root.EMPTY);
      var work = work(plan, base.flatMap(JobInfo::plan).orElse(Root.EMPTY), before, all);
      var done = new DatumPool(scheduler, job, pipeline, duty).run(work.todo(), inputs, roots);
      if (done.isPresent()) {
        assemble(new Assembly(plan, before, work.gone(), done.get()), upload);
      }
    }
  }

  private void begin(Change change, PipelineInfo pipeline) {
    JobRows.start(change.tx(), job.key(), pipeline.salt());
    if (pipeline.state() != PipelineInfo.State.RUNNING) {
      PipelineRows.setState(change.tx(), pipeline.key(), PipelineInfo.State.RUNNING, "");
    }
  }

  /// What to run, and which datums of the base are no more.
  private Work work(Root plan, Root basePlan, Root before, boolean all) {
    var gone = new ArrayList<Bytes>();
    var todo = new TreeMap<Bytes, Item>();
    for (var changes = trees.keys().diff(basePlan, plan); changes.hasNext(); ) {
      var change = changes.next();
      change.after().ifPresent(item -> todo.put(change.key(), item));
      if (change.after().isEmpty()) {
        gone.add(change.key());
      }
    }
    for (var results = trees.keys().scan(before, Bytes.EMPTY); !all && results.hasNext(); ) {
      var result = results.next();
      if (DatumResult.of(result).state() != State.PROCESSED) {
        trees.keys().get(plan, result.key()).ifPresent(item -> todo.put(item.key(), item));
      }
    }
    Iterator<Item> items = all ? trees.keys().scan(plan, Bytes.EMPTY) : todo.values().iterator();
    return new Work(items, gone);
  }

  /// Puts results and files together, and closes the commits.
  private void assemble(Assembly assembly, Upload upload) {
    var done = assembly.done();
    var changes = new TreeMap<Bytes, Optional<Item>>();
    var removed = trees.fileSets().writer(upload);
    assembly
        .gone()
        .forEach(key -> {
          forget(assembly.before(), key, removed);
          changes.put(key, Optional.empty());
        });
    var outputs = new ArrayList<Root>();
    var results = assembly.before();
    for (var items = trees.keys().scan(done.results(), Bytes.EMPTY); items.hasNext(); ) {
      var item = items.next();
      forget(assembly.before(), item.key(), removed);
      outputs.add(DatumResult.of(item).output());
      changes.put(item.key(), Optional.of(item));
      if (changes.size() >= BATCH) {
        results = trees.keys().apply(results, changes, upload);
        changes.clear();
      }
    }
    var all = trees.keys().apply(results, changes, upload);
    var files = trees.fileSets().unite(removed.finish(), outputs.iterator(), upload);
    upload.seal();
    var counts = done.counts(count(assembly.plan()));
    write(change -> {
      upload.publish(change.tx());
      JobRows.setCounts(change.tx(), job.key(), counts);
      JobRows.setTrees(change.tx(), job.key(), assembly.plan(), all);
      boolean ok = done.failure().isEmpty();
      JobRows.setState(
          change.tx(),
          job.key(),
          ok ? JobInfo.State.FINISHING : JobInfo.State.FAILURE,
          done.failure());
      Pipelines.close(change, job, ok ? files : Root.EMPTY, done.failure());
    });
  }

  private void forget(Root before, Bytes key, FileSets.Writer removed) {
    var old = trees.keys().get(before, key).map(DatumResult::of);
    old.ifPresent(result ->
        trees
            .fileSets()
            .paths(result.output())
            .forEachRemaining(path -> removed.delete(path, result.id().hex())));
  }

  private long count(Root plan) {
    long count = 0;
    for (var items = trees.keys().scan(plan, Bytes.EMPTY); items.hasNext(); items.next()) {
      count++;
    }
    return count;
  }

  private record Base(boolean waiting, Optional<JobInfo> job) {}

  private record Work(Iterator<Item> todo, List<Bytes> gone) {}

  private record Assembly(Root plan, Root before, List<Bytes> gone, DatumPool.Done done) {}
}
