package dev.trunkline.pipelines;

import dev.trunkline.base.Failure;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.metadata.Duties;
import dev.trunkline.planning.Input;
import dev.trunkline.planning.Plan;
import dev.trunkline.planning.Planner;
import dev.trunkline.storage.Upload;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.CommitInfo;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Brings one job forward as far as it can go now; where it has to wait it says for what, and
/// returns.
///
/// 1. When its inputs are finished the plan is derived from an earlier one.
/// 2. Datums that the skip base does not know run at once; the others when the base is finished.
/// 3. Results and output are put together, and the commits are closed.
final class JobRun {
  private final Scheduler scheduler;
  private final Duties.Duty duty;
  private final Trees trees;
  private JobInfo job;

  JobRun(Scheduler scheduler, JobInfo job, Duties.Duty duty) {
    this.scheduler = scheduler;
    this.job = job;
    this.duty = duty;
    this.trees = scheduler.storage().trees();
  }

  /// Brings it as far as it can go now.
  void forward() {
    var found = scheduler.versions().read(tx -> JobRows.find(tx, job.key()));
    if (found.isEmpty()) {
      return;
    }
    job = found.get();
    var name = new CommitName(job.pipeline().output(), job.id());
    var output = Bases.find(scheduler.versions(), name);
    if (output.isEmpty()) {
      step(new JobLife.Event.OutputGone());
      return;
    }
    switch (job.state()) {
      case CREATED, STARTING -> prepare(output.get());
      case RUNNING -> run(output.get());
      case FINISHING, SUCCESS, FAILURE, KILLED, UNRUNNABLE -> {}
    }
  }

  private void step(JobLife.Event event) {
    scheduler.step(duty, job, event);
  }

  /// Lays the job to rest while what it waits for `lasts`; where that is over it goes on at once.
  private void rest(Wait what, Predicate<Change> lasts) {
    if (!scheduler.rest(duty, job, what, lasts)) {
      forward();
    }
  }

  private PipelineInfo pipeline() {
    return scheduler
        .versions()
        .read(tx -> PipelineRows.find(tx, job.pipelineKey(), job.version()).orElseThrow());
  }

  private void prepare(CommitInfo output) {
    var pipeline = pipeline();
    var read = inputs(pipeline.spec(), output);
    if (read.isEmpty()) {
      return;
    }
    var inputs = read.get();
    var unfinished = inputs.stream().filter(c -> c.finished().isEmpty()).findFirst();
    if (unfinished.isPresent()) {
      var name = unfinished.get().name();
      rest(Wait.input(name), change -> change.isUnfinished(name));
      return;
    }
    var failed = failed(pipeline.spec(), inputs);
    if (!failed.isEmpty()) {
      step(new JobLife.Event.InputsFailed(failed));
      return;
    }
    if (!pipeline.spec().fault().isEmpty()) {
      step(new JobLife.Event.CannotRun(pipeline.spec().fault()));
      return;
    }
    var objection = scheduler.runner().objection(pipeline.spec().image());
    if (!objection.isEmpty()) {
      throw new Failure(Failure.Kind.DENIED, objection);
    }
    if (plan(pipeline, inputs)) {
      forward();
    }
  }

  private static List<String> failed(PipelineSpec spec, List<CommitInfo> inputs) {
    var leaves = spec.input().stream().flatMap(Input::leaves).toList();
    var names = new TreeSet<String>();
    for (int i = 0; i < leaves.size(); i++) {
      if (!inputs.get(i).error().isEmpty()) {
        names.add(leaves.get(i).name());
      }
    }
    return List.copyOf(names);
  }

  /// The commit that each leaf reads, in the order of the leaves; the job is over where one was
  /// deleted.
  private Optional<List<CommitInfo>> inputs(PipelineSpec spec, CommitInfo output) {
    Map<RepoName, CommitInfo> commits = new HashMap<>();
    for (var name : output.provenance()) {
      if (!name.repo().type().equals(RepoName.SPEC)) {
        Bases.find(scheduler.versions(), name).ifPresent(c -> commits.put(name.repo(), c));
      }
    }
    var inputs = new ArrayList<CommitInfo>();
    var gone = new TreeSet<String>();
    for (var leaf : spec.input().stream().flatMap(Input::leaves).toList()) {
      var commit = commits.get(Pipelines.repo(leaf));
      if (commit == null) {
        gone.add(leaf.name());
      } else {
        inputs.add(commit);
      }
    }
    if (!gone.isEmpty()) {
      step(new JobLife.Event.InputsGone(List.copyOf(gone)));
      return Optional.empty();
    }
    return Optional.of(inputs);
  }

  private boolean plan(PipelineInfo pipeline, List<CommitInfo> inputs) {
    var spec = pipeline.spec();
    var hash = spec.inputHash();
    var roots = inputs.stream().map(commit -> commit.total().orElse(Root.EMPTY)).toList();
    var origin = scheduler.versions().read(tx -> JobRows.origin(tx, job.pipelineKey(), hash));
    try (var upload = scheduler.storage().upload()) {
      var plan = plan(spec, origin.map(JobRows.Origin::plan), roots, upload);
      var how =
          origin
              .map(o -> "derived from the plan of job " + o.job())
              .orElse("made in full: no job of this pipeline has planned this input before");
      upload.seal();
      return scheduler.write(
          duty,
          job,
          change -> {
            upload.publish(change.tx());
            JobRows.setPlan(change.tx(), job.key(), hash, plan, how);
            JobSteps.step(change, job, new JobLife.Event.Planned());
            log(change, "started processing job ");
            if (pipeline.state() != PipelineInfo.State.RUNNING) {
              PipelineRows.setState(change.tx(), pipeline.key(), PipelineInfo.State.RUNNING, "");
            }
          });
    }
  }

  private Plan plan(PipelineSpec spec, Optional<Plan> origin, List<Root> roots, Upload upload) {
    if (spec.input().isEmpty()) {
      return Plan.NONE;
    }
    var planner = new Planner(trees);
    var input = spec.input().get();
    return origin
        .map(o -> planner.update(o, input, roots, upload))
        .orElseGet(() -> planner.full(input, roots, upload));
  }

  private void run(CommitInfo output) {
    var pipeline = pipeline();
    var plan = scheduler.versions().read(tx -> JobRows.plan(tx, job.key())).orElseThrow();
    var inputs = inputs(pipeline.spec(), output);
    if (inputs.isEmpty()) {
      return;
    }
    var context = new JobContext(pipeline, inputs.get(), plan.inputs());
    var deadline = context.deadline(job);
    if (deadline.filter(at -> !scheduler.clock().now().isBefore(at)).isPresent()) {
      step(new JobLife.Event.TimedOut());
      return;
    }
    deadline.ifPresent(at -> scheduler.wakeAt(job.key(), at));
    var base = new Bases(scheduler.versions(), job).skipBase();
    boolean live = base.isPresent() && !base.get().state().isTerminal();
    if (live) {
      beside(base.get(), plan, context);
      return;
    }
    if (job.beside().isPresent() && !job.beside().equals(base.map(JobInfo::key))) {
      step(new JobLife.Event.BaseFailed());
    }
    var work = work(plan, base, context);
    var pool = new DatumPool(scheduler, job, context, duty);
    boolean whole = pool.run(work.unknown());
    whole = whole && (!pool.failure().isEmpty() || pool.run(work.shared()));
    if (whole) {
      finish(output, base, work, pool);
    }
  }

  private Work work(Plan plan, Optional<JobInfo> base, JobContext context) {
    boolean all =
        context.pipeline().spec().everyJob()
            || !base.map(JobInfo::salt).equals(Optional.of(job.salt()));
    var basePlan = base.flatMap(JobInfo::plan).orElse(Root.EMPTY);
    var redo = base.flatMap(JobInfo::redo).orElse(Root.EMPTY);
    return new Work(trees.keys(), plan.datums(), basePlan, redo, all);
  }

  /// Runs what a base that still runs cannot know.
  private void beside(JobInfo base, Plan plan, JobContext context) {
    if (base.plan().isEmpty()) {
      rest(Wait.plan(base), change -> isUnfinished(change, base, now -> now.plan().isEmpty()));
      return;
    }
    if (job.beside().equals(Optional.of(base.key()))) {
      restUntilOver(base);
      return;
    }
    var work = work(plan, Optional.of(base), context);
    var pool = new DatumPool(scheduler, job, context, duty);
    if (!pool.run(work.unknown())) {
      return;
    }
    if (!pool.failure().isEmpty()) {
      try (var upload = scheduler.storage().upload()) {
        fail(pool, pool.results(), upload);
      }
      return;
    }
    scheduler.write(duty, job, change -> JobRows.setBeside(change.tx(), job.key(), base.key()));
    restUntilOver(base);
  }

  private void restUntilOver(JobInfo base) {
    rest(Wait.base(base), change -> isUnfinished(change, base, _ -> true));
  }

  private static boolean isUnfinished(Change change, JobInfo job, Predicate<JobInfo> also) {
    return JobRows.find(change.tx(), job.key())
        .filter(now -> !now.state().isTerminal())
        .filter(also)
        .isPresent();
  }

  private void finish(CommitInfo output, Optional<JobInfo> base, Work work, DatumPool pool) {
    try (var upload = scheduler.storage().upload()) {
      var assembly = new Assembly(trees, upload);
      var before = base.flatMap(JobInfo::results).orElse(Root.EMPTY);
      var results = assembly.results(before, work.gone(), pool.results());
      if (!pool.failure().isEmpty()) {
        fail(pool, results, upload);
        return;
      }
      var redo = assembly.redo(pool.results());
      var parent = new Bases(scheduler.versions(), job).parentResults(output);
      var files = assembly.output(parent, results);
      var meta = assembly.meta(parent, results);
      upload.seal();
      scheduler.write(
          duty,
          job,
          change -> {
            upload.publish(change.tx());
            JobRows.setCounts(change.tx(), job.key(), pool.counts().skippingRest(), "");
            JobRows.setResults(change.tx(), job.key(), results, redo);
            JobSteps.step(change, job, new JobLife.Event.Assembled(files, meta));
            log(change, "finished processing job ");
          });
    }
  }

  /// Says of a job itself, which may have no datum to say anything of, where it is.
  private void log(Change change, String text) {
    var now = scheduler.clock().now();
    var line = new LogLine(now, LogLine.Origin.JOB, "", List.of(), text + job.id());
    LogRows.add(change.tx(), job, List.of(line));
  }

  /// Ends a job of which a datum failed: its meta commit shows what it ran.
  private void fail(DatumPool pool, Root results, Upload upload) {
    var meta = new Assembly(trees, upload).meta(Root.EMPTY, pool.results());
    upload.seal();
    scheduler.write(
        duty,
        job,
        change -> {
          upload.publish(change.tx());
          JobRows.setResults(change.tx(), job.key(), results, Root.EMPTY);
          JobSteps.step(change, job, new JobLife.Event.DatumFailed(pool.failure(), meta));
          log(change, "finished processing job ");
        });
  }
}
