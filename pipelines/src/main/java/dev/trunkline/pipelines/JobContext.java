package dev.trunkline.pipelines;

import dev.trunkline.base.Hash;
import dev.trunkline.content.Item;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.planning.Input;
import dev.trunkline.planning.Planner;
import dev.trunkline.versions.CommitInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a job runs with: the version of its pipeline, and for each leaf of the input the commit and
/// the tree that it reads.
record JobContext(PipelineInfo pipeline, List<CommitInfo> commits, List<Root> roots) {

  /// The datum that an item of the plan stands for, ready to be run.
  DatumTask task(Trees trees, JobInfo job, Item item) {
    var planner = new Planner(trees);
    var datum = planner.datum(item);
    var files = new ArrayList<DatumTask.InputFile>();
    for (var part : datum.parts()) {
      var commit = commits.get(part.leaf()).name().id();
      var entry = planner.entry(part, roots);
      files.add(new DatumTask.InputFile(part.leaf(), part.name(), entry, commit));
    }
    var environment =
        Map.of(
            "FILESET_ID", InputSets.id(job, datum.id()),
            "PACH_JOB_ID", job.id(),
            "PACH_OUTPUT_COMMIT_ID", job.id(),
            "PPS_PIPELINE_NAME", job.pipeline().name(),
            "PPS_PROJECT_NAME", job.pipeline().project(),
            "PPS_SPEC_COMMIT", pipeline.specCommit());
    return new DatumTask(datum.id().hex(), files, pipeline.spec().program(), environment);
  }

  /// The leaf of the input with this place among all.
  Input.Pfs leaf(int number) {
    return pipeline.spec().input().stream()
        .flatMap(Input::leaves)
        .skip(number)
        .findFirst()
        .orElseThrow();
  }

  Hash salted(Trees trees, JobInfo job, Item item) {
    return new Planner(trees).datum(item).salted(job.salt());
  }

  DatumResult.Made made(JobInfo job) {
    return new DatumResult.Made(
        job.id(), job.version(), job.salt(), pipeline.spec().transformHash(), "");
  }

  /// When the job has run long enough.
  Optional<Instant> deadline(JobInfo job) {
    return pipeline
        .spec()
        .jobTimeout()
        .flatMap(limit -> job.started().map(start -> start.plus(limit)));
  }
}
