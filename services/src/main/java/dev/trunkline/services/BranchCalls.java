package dev.trunkline.services;

import dev.trunkline.versions.BranchDraft;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Trigger;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.BranchInfo;
import dev.trunkline.wire.pfs.BranchPicker;
import dev.trunkline.wire.pfs.BranchPropagationSpec;
import dev.trunkline.wire.pfs.CreateBranchRequest;
import dev.trunkline.wire.pfs.DeleteBranchRequest;
import dev.trunkline.wire.pfs.InspectBranchRequest;
import dev.trunkline.wire.pfs.ListBranchRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The calls about branches.
final class BranchCalls {
  private static final long MOST = 10_000;
  private static final long DEEPEST = 1000;

  private final Versions versions;

  BranchCalls(Versions versions) {
    this.versions = versions;
  }

  void create(Change change, CreateBranchRequest request) {
    var name = PfsMessages.branch(request.hasBranch(), request.getBranch());
    Optional<CommitHandle> head =
        request.hasHead() ? Optional.of(PfsMessages.commit(request.getHead())) : Optional.empty();
    Optional<Trigger> trigger =
        request.hasTrigger()
            ? Optional.of(PfsMessages.trigger(request.getTrigger()))
            : Optional.empty();
    var never =
        request.getBranchPropagationSpecsList().stream()
            .filter(spec -> spec.getPropagationSpec().getNever())
            .map(BranchPropagationSpec::getBranch)
            .map(PfsMessages::branch)
            .collect(Collectors.toSet());
    change.createBranch(
        new BranchDraft(
            name,
            head,
            request.getProvenanceList().stream().map(PfsMessages::branch).toList(),
            never,
            trigger));
  }

  BranchInfo inspect(InspectBranchRequest request) {
    var name = PfsMessages.branch(request.hasBranch(), request.getBranch());
    return PfsMessages.branch(versions.repos().inspect(name));
  }

  void list(ListBranchRequest request, Calls.Outlet<BranchInfo> out) {
    var repo =
        request.getRepo().getName().isEmpty()
            ? Optional.<RepoName>empty()
            : Optional.of(PfsMessages.repo(request.getRepo()));
    versions
        .repos()
        .branches(repo, request.getReverse(), branch -> out.send(PfsMessages.branch(branch)));
  }

  void delete(Change change, DeleteBranchRequest request) {
    var name = PfsMessages.branch(request.hasBranch(), request.getBranch());
    change.deleteBranch(name, request.getForce());
  }

  void walk(
      List<BranchPicker> starts, boolean upstream, Limits limits, Calls.Outlet<BranchInfo> out) {
    for (var start : starts) {
      versions
          .repos()
          .reachable(PickerMessages.branch(start), upstream, limits.most(), limits.deepest())
          .forEach(branch -> out.send(PfsMessages.branch(branch)));
    }
  }

  /// How far a walk along provenance goes; 0 in a request means the usual number.
  record Limits(long most, long deepest) {
    static Limits of(long most, long deepest) {
      return new Limits(most == 0 ? MOST : most, deepest == 0 ? DEEPEST : deepest);
    }
  }
}
