package dev.trunkline.pipelines;

import dev.trunkline.base.Refusal;
import dev.trunkline.content.Root;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitInfo;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import java.util.Optional;

/// What a job builds on: the skip base, whose results it may reuse, and the content parent, whose
/// files its output changes. They are chosen by different rules and need not be one.
final class Bases {
  private final Versions versions;
  private final JobInfo job;

  Bases(Versions versions, JobInfo job) {
    this.versions = versions;
    this.job = job;
  }

  /// The commit, where it still exists.
  static Optional<CommitInfo> find(Versions versions, CommitName name) {
    try {
      return Optional.of(versions.commits().inspect(CommitHandle.of(name)));
    } catch (Refusal e) {
      return Optional.empty();
    }
  }

  /// The nearest ancestor of the meta commit that was made by a job which still exists, without an
  /// error there or on the output commit: `pps.md` 2.5.
  Optional<JobInfo> skipBase() {
    var output = job.pipeline().output();
    var meta = find(versions, new CommitName(output.as(RepoName.META), job.id()));
    var parent = meta.flatMap(CommitInfo::parent);
    while (parent.isPresent()) {
      var commit = find(versions, parent.get());
      if (commit.isEmpty()) {
        return Optional.empty();
      }
      var id = commit.get().name().id();
      if (commit.get().origin() == CommitInfo.Origin.AUTO && commit.get().error().isEmpty()) {
        var found = versions.read(tx -> JobRows.find(tx, job.pipeline(), id));
        boolean good =
            find(versions, new CommitName(output, id)).filter(c -> c.error().isEmpty()).isPresent();
        if (found.isPresent() && good) {
          return found;
        }
      }
      parent = commit.get().parent();
    }
    return Optional.empty();
  }

  /// The results that the files of the content parent come from.
  Root parentResults(CommitInfo output) {
    var parent = output.parent();
    while (parent.isPresent()) {
      var commit = find(versions, parent.get());
      if (commit.isEmpty()) {
        return Root.EMPTY;
      }
      if (commit.get().error().isEmpty()) {
        var id = commit.get().name().id();
        var results = versions.read(tx -> JobRows.results(tx, job.pipelineKey(), id));
        if (results.isPresent()) {
          return results.get();
        }
      }
      parent = commit.get().parent();
    }
    return Root.EMPTY;
  }
}
