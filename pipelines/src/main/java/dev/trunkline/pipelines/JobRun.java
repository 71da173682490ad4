package dev.trunkline.pipelines;

import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.metadata.Duties;
import dev.trunkline.planning.Input;
import dev.trunkline.planning.Plan;
import dev.trunkline.planning.Planner;
import dev.trunkline.storage.Upload;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitInfo;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

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

  /// Whether anything was done.
  boolean forward() {
    var found = scheduler.versions().read(tx -> JobRows.find(tx, job.key()));
    if (found.isEmpty()) {
      return false;
    }
    job = found.get();
    var name = new CommitName(job.pipeline().output(), job.id());
    var output = Bases.find(scheduler.versions(), name);
    if (output.isEmpty()) {
      return step(new JobLife.Event.OutputGone());
    }
    return switch (job.state()) {
      case CREATED, STARTING -> prepare(output.get());
      case RUNNING -> run(output.get());
      case FINISHING, SUCCESS, FAILURE, KILLED, UNRUNNABLE -> false;
    };
  }

  private boolean step(JobLife.Event event) {
    return scheduler.step(duty, job, event);
  }

  /// Says what it waits for; true where that is news.
  private boolean await(String what) {
    boolean news = job.state() == JobInfo.State.CREATED || !job.waiting().equals(what);
    return news && step(new JobLife.Event.Awaits(what));
  }

  private PipelineInfo pipeline() {
    return scheduler
        .versions()
        .read(tx -> PipelineRows.find(tx, job.pipelineKey(), job.version()).orElseThrow());
  }

  private boolean prepare(CommitInfo output) {
    var pipeline = pipeline();
    var inputs = inputs(pipeline.spec(), output);
    var unfinished = inputs.stream().filter(c -> c.finished().isEmpty()).findFirst();
    if (unfinished.isPresent()) {
      return await("commit " + unfinished.get().name() + ", which it reads, to be finished");
    }
    var failed = failed(pipeline.spec(), inputs);
    if (!failed.isEmpty()) {
      return step(new JobLife.Event.InputsFailed(failed));
    }
    if (!pipeline.spec().fault().isEmpty()) {
      return step(new JobLife.Event.CannotRun(pipeline.spec().fault()));
    }
    var objection = scheduler.runner().objection(pipeline.spec().image());
    if (!objection.isEmpty()) {
      scheduler.crash(duty, job, objection);
      return await("its pipeline, which is crashing: " + objection);
    }
    return plan(pipeline, inputs) && forward();
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

  /// The commit that each leaf reads, in the order of the leaves.
  private List<CommitInfo> inputs(PipelineSpec spec, CommitInfo output) {
    Map<RepoName, CommitInfo> commits = new HashMap<>();
    for (var name : output.provenance()) {
      if (!name.repo().type().equals(RepoName.SPEC)) {
        commits.put(name.repo(), scheduler.versions().commits().inspect(CommitHandle.of(name)));
      }
    }
    var inputs = new ArrayList<CommitInfo>();
    for (var leaf : spec.input().stream().flatMap(Input::leaves).toList()) {
      var repo = new RepoName(leaf.project(), leaf.repo(), leaf.type());
      inputs.add(
          dev.trunkline.base.Check.present(
              commits.get(repo), "an output commit follows from a commit of every input"));
    }
    return inputs;
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

  private boolean run(CommitInfo output) {
    var pipeline = pipeline();
    var plan = scheduler.versions().read(tx -> JobRows.plan(tx, job.key())).orElseThrow();
    var context = new JobContext(pipeline, inputs(pipeline.spec(), output), plan.inputs());
    var deadline = context.deadline(job);
    if (deadline.filter(at -> !scheduler.clock().now().isBefore(at)).isPresent()) {
      return step(new JobLife.Event.TimedOut());
    }
    deadline.ifPresent(at -> scheduler.wakeAt(job, at));
    var base = new Bases(scheduler.versions(), job).skipBase();
    boolean live = base.isPresent() && !base.get().state().isTerminal();
    if (live) {
      return beside(base.get(), plan, context);
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
    return true;
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
  private boolean beside(JobInfo base, Plan plan, JobContext context) {
    var turn = "job " + base.id() + ", whose results it may reuse, to be finished";
    if (base.plan().isEmpty() || job.beside().equals(Optional.of(base.key()))) {
      return await(turn);
    }
    var work = work(plan, Optional.of(base), context);
    var pool = new DatumPool(scheduler, job, context, duty);
    if (!pool.run(work.unknown())) {
      return true;
    }
    if (!pool.failure().isEmpty()) {
      try (var upload = scheduler.storage().upload()) {
        return fail(pool, pool.results(), upload);
      }
    }
    scheduler.write(duty, job, change -> JobRows.setBeside(change.tx(), job.key(), base.key()));
    await(turn);
    return true;
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
          });
    }
  }

  /// Ends a job of which a datum failed: its meta commit shows what it ran.
  private boolean fail(DatumPool pool, Root results, Upload upload) {
    var meta = new Assembly(trees, upload).meta(Root.EMPTY, pool.results());
    upload.seal();
    return scheduler.write(
        duty,
        job,
        change -> {
          upload.publish(change.tx());
          JobRows.setResults(change.tx(), job.key(), results, Root.EMPTY);
          JobSteps.step(change, job, new JobLife.Event.DatumFailed(pool.failure(), meta));
        });
  }
}
