package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.versions.BranchName;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.BranchInfo;
import dev.trunkline.wire.pfs.CreateBranchRequest;
import dev.trunkline.wire.pfs.CreateRepoRequest;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.DeleteRepoRequest;
import dev.trunkline.wire.pfs.DeleteRepoResponse;
import dev.trunkline.wire.pfs.ListBranchRequest;
import dev.trunkline.wire.pfs.ListRepoRequest;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoInfo;
import java.util.Optional;
import java.util.function.Predicate;

/// The calls about repos and branches.
final class RepoCalls {
  private final Versions versions;
  private final Predicate<dev.trunkline.versions.RepoName> ownedByPipeline;

  RepoCalls(Versions versions, Predicate<dev.trunkline.versions.RepoName> ownedByPipeline) {
    this.versions = versions;
    this.ownedByPipeline = ownedByPipeline;
  }

  void create(CreateRepoRequest request) {
    if (!request.hasRepo()) {
      throw Refusal.invalid("repo cannot be nil");
    }
    versions.change(change -> {
      change.createRepo(
          PfsMessages.repo(request.getRepo()), request.getDescription(), request.getUpdate());
      return true;
    });
  }

  RepoInfo inspect(Repo repo) {
    var info = versions.repos().inspect(PfsMessages.repo(repo));
    return PfsMessages.repo(info)
        .setDetails(RepoInfo.Details.newBuilder().setSizeBytes(info.size()))
        .build();
  }

  void list(ListRepoRequest request, Calls.Outlet<RepoInfo> out) {
    var projects = request.getProjectsList().stream().map(PfsMessages::project).toList();
    var page = request.getPage();
    var repos =
        versions.repos().list().stream()
            .filter(r -> request.getType().isEmpty() || r.name().type().equals(request.getType()))
            .filter(r -> projects.isEmpty() || projects.contains(r.name().project()));
    if (page.getPageSize() > 0) {
      repos = repos.skip(page.getPageSize() * page.getPageIndex()).limit(page.getPageSize());
    }
    repos.forEach(r -> out.send(PfsMessages.repo(r).setSizeBytesUpperBound(r.size()).build()));
  }

  DeleteRepoResponse delete(DeleteRepoRequest request) {
    if (!request.hasRepo()) {
      throw Refusal.invalid("no repo specified");
    }
    var repo = PfsMessages.repo(request.getRepo());
    if (ownedByPipeline.test(repo)) {
      throw Refusal.forbiddenNow(
          "cannot delete a repo associated with a pipeline - delete the pipeline instead");
    }
    boolean deleted = versions.change(change -> change.deleteRepo(repo, request.getForce()));
    return DeleteRepoResponse.newBuilder().setDeleted(deleted).build();
  }

  void createBranch(CreateBranchRequest request) {
    if (!request.hasBranch()) {
      throw Refusal.invalid("branch cannot be nil");
    }
    if (!request.getBranch().hasRepo()) {
      throw Refusal.invalid("branch repo cannot be nil");
    }
    if (request.hasTrigger()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED, "triggers on branches are not built yet in this version");
    }
    Optional<CommitHandle> head =
        request.hasHead() ? Optional.of(PfsMessages.commit(request.getHead())) : Optional.empty();
    var provenance = request.getProvenanceList().stream().map(PfsMessages::branch).toList();
    versions.change(change -> {
      change.createBranch(PfsMessages.branch(request.getBranch()), head, provenance);
      return true;
    });
  }

  BranchInfo inspect(BranchName branch) {
    return PfsMessages.branch(versions.repos().inspect(branch));
  }

  void listBranches(ListBranchRequest request, Calls.Outlet<BranchInfo> out) {
    boolean all = request.getRepo().getName().isEmpty();
    var branches =
        all
            ? versions.repos().branches()
            : versions.repos().branches(PfsMessages.repo(request.getRepo()));
    (request.getReverse() ? branches.reversed() : branches)
        .forEach(branch -> out.send(PfsMessages.branch(branch)));
  }

  void deleteBranch(DeleteBranchRequest request) {
    versions.change(change -> {
      change.deleteBranch(PfsMessages.branch(request.getBranch()), request.getForce());
      return true;
    });
  }
}
