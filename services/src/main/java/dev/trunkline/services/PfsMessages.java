package dev.trunkline.services;

import com.google.protobuf.Timestamp;
import dev.trunkline.base.Ids;
import dev.trunkline.base.Refusal;
import dev.trunkline.versions.BranchInfo;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitInfo;
import dev.trunkline.versions.CommitName;
import dev.trunkline.versions.ProjectInfo;
import dev.trunkline.versions.Projects;
import dev.trunkline.versions.RepoInfo;
import dev.trunkline.versions.RepoName;
import dev.trunkline.wire.pfs.Branch;
import dev.trunkline.wire.pfs.BranchPropagationSpec;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitOrigin;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.Project;
import dev.trunkline.wire.pfs.PropagationSpec;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.Trigger;
import java.time.Instant;

/// Between the messages of `pfs_v2` and the words of the domain.
final class PfsMessages {
  private PfsMessages() {}

  static String project(Project project) {
    return project.getName().isEmpty() ? Projects.DEFAULT : project.getName();
  }

  static RepoName repo(Repo repo) {
    return new RepoName(
        project(repo.getProject()),
        repo.getName(),
        repo.getType().isEmpty() ? RepoName.USER : repo.getType());
  }

  /// The repo that a request names; it must name one.
  static RepoName repo(boolean present, Repo repo) {
    if (!present) {
      throw Refusal.invalid("repo cannot be nil");
    }
    return repo(repo);
  }

  /// The branch that a request names; it must name one.
  static BranchName branch(boolean present, Branch branch) {
    if (!present) {
      throw Refusal.invalid("branch cannot be nil");
    }
    if (!branch.hasRepo()) {
      throw Refusal.invalid("branch repo cannot be nil");
    }
    return branch(branch);
  }

  /// The commit that a request names; it must name one.
  static CommitHandle commit(boolean present, Commit commit) {
    if (!present) {
      throw Refusal.invalid("commit cannot be nil");
    }
    return commit(commit);
  }

  static BranchName branch(Branch branch) {
    return new BranchName(repo(branch.getRepo()), branch.getName());
  }

  /// The commit that a request names: a branch may stand in the place of an id, and an id in that
  /// of a branch.
  static CommitHandle commit(Commit commit) {
    if (!commit.hasRepo() && !commit.getBranch().hasRepo()) {
      throw Refusal.invalid("commit must have a repo");
    }
    // An empty repo is none: one client fills it in where only the branch was given.
    boolean named = !commit.getRepo().getName().isEmpty() || !commit.getBranch().hasRepo();
    var repo = repo(named ? commit.getRepo() : commit.getBranch().getRepo());
    var branch = commit.getBranch().getName();
    boolean inPlace = branch.isEmpty() && !commit.getId().isEmpty();
    if (inPlace && !Ids.isId(commit.getId()) && commit.getId().matches("[\\w-]+")) {
      return new CommitHandle(repo, commit.getId(), "");
    }
    return new CommitHandle(repo, branch, commit.getId());
  }

  static Project project(String name) {
    return Project.newBuilder().setName(name).build();
  }

  static Repo repo(RepoName repo) {
    return Repo.newBuilder()
        .setProject(project(repo.project()))
        .setName(repo.name())
        .setType(repo.type())
        .build();
  }

  static Branch branch(BranchName branch) {
    return Branch.newBuilder().setRepo(repo(branch.repo())).setName(branch.name()).build();
  }

  static Commit commit(CommitName commit) {
    return Commit.newBuilder().setRepo(repo(commit.repo())).setId(commit.id()).build();
  }

  private static Commit relative(CommitInfo.Relative relative) {
    var commit = commit(relative.name()).toBuilder();
    if (!relative.branch().isEmpty()) {
      commit.setBranch(branch(new BranchName(relative.name().repo(), relative.branch())));
    }
    return commit.build();
  }

  static Timestamp time(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static dev.trunkline.wire.pfs.ProjectInfo project(ProjectInfo info) {
    return dev.trunkline.wire.pfs.ProjectInfo.newBuilder()
        .setProject(project(info.name()))
        .setDescription(info.description())
        .setCreatedAt(time(info.created()))
        .setCreatedBy(info.createdBy())
        .putAllMetadata(info.metadata())
        .build();
  }

  static dev.trunkline.wire.pfs.RepoInfo.Builder repo(RepoInfo info) {
    var out =
        dev.trunkline.wire.pfs.RepoInfo.newBuilder()
            .setRepo(repo(info.name()))
            .setDescription(info.description())
            .setCreated(time(info.created()))
            .putAllMetadata(info.metadata());
    info.branches().forEach(name -> out.addBranches(branch(new BranchName(info.name(), name))));
    return out;
  }

  static dev.trunkline.wire.pfs.BranchInfo branch(BranchInfo info) {
    var out =
        dev.trunkline.wire.pfs.BranchInfo.newBuilder()
            .setBranch(branch(info.name()))
            .setHead(commit(info.head()))
            .setCreatedAt(time(info.created()))
            .setUpdatedAt(time(info.updated()))
            .setCreatedBy(info.createdBy())
            .putAllMetadata(info.metadata());
    info.trigger().ifPresent(trigger -> out.setTrigger(trigger(trigger)));
    info.never()
        .forEach(name ->
            out.addBranchPropagationSpecs(
                BranchPropagationSpec.newBuilder()
                    .setBranch(branch(name))
                    .setPropagationSpec(PropagationSpec.newBuilder().setNever(true))));
    info.directProvenance().forEach(name -> out.addDirectProvenance(branch(name)));
    info.provenance().forEach(name -> out.addProvenance(branch(name)));
    info.subvenance().forEach(name -> out.addSubvenance(branch(name)));
    return out.build();
  }

  private static Trigger trigger(dev.trunkline.versions.Trigger trigger) {
    return Trigger.newBuilder()
        .setBranch(trigger.source())
        .setAll(trigger.all())
        .setRateLimitSpec(trigger.rateLimit())
        .setSize(trigger.size())
        .setCommits(trigger.commits())
        .setCronSpec(trigger.cron())
        .build();
  }

  static dev.trunkline.versions.Trigger trigger(Trigger trigger) {
    return new dev.trunkline.versions.Trigger(
        trigger.getBranch(),
        trigger.getAll(),
        trigger.getRateLimitSpec(),
        trigger.getSize(),
        trigger.getCommits(),
        trigger.getCronSpec());
  }

  static dev.trunkline.wire.pfs.CommitInfo.Builder commit(CommitInfo info) {
    var details = dev.trunkline.wire.pfs.CommitInfo.Details.newBuilder();
    if (info.finished().isPresent()) {
      details.setSizeBytes(info.size());
    }
    var out =
        dev.trunkline.wire.pfs.CommitInfo.newBuilder()
            .setCommit(commit(info.name()))
            .setOrigin(
                CommitOrigin.newBuilder().setKind(OriginKind.forNumber(info.origin().code())))
            .setDescription(info.description())
            .setStarted(time(info.started()))
            .setCreatedAt(time(info.started()))
            .setUpdatedAt(time(info.finished().or(info::finishing).orElse(info.started())))
            .setError(info.error())
            .setCreatedBy(info.createdBy())
            .putAllMetadata(info.metadata())
            .setDetails(details);
    info.parent().ifPresent(parent -> out.setParentCommit(commit(parent)));
    info.finishing().ifPresent(at -> out.setFinishing(time(at)));
    info.finished().ifPresent(at -> out.setFinished(time(at)));
    info.children().forEach(child -> out.addChildCommits(relative(child)));
    info.sources().forEach(up -> out.addDirectProvenance(relative(up)));
    info.subvenance().forEach(down -> out.addDirectSubvenance(relative(down)));
    return out;
  }
}
