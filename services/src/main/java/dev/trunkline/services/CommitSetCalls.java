package dev.trunkline.services;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ResourceInfo;
import com.google.rpc.Status;
import dev.trunkline.base.Refusal;
import dev.trunkline.versions.CommitInfo.State;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSet;
import dev.trunkline.wire.pfs.CommitSetInfo;
import dev.trunkline.wire.pfs.DropCommitSetRequest;
import dev.trunkline.wire.pfs.FindCommitsRequest;
import dev.trunkline.wire.pfs.FindCommitsResponse;
import dev.trunkline.wire.pfs.FsckRequest;
import dev.trunkline.wire.pfs.FsckResponse;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.ListCommitSetRequest;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The calls about commit sets, and those that search all commits.
final class CommitSetCalls {
  private final Versions versions;

  CommitSetCalls(Versions versions) {
    this.versions = versions;
  }

  void inspect(InspectCommitSetRequest request, Calls.Outlet<CommitInfo> out) {
    if (!request.hasCommitSet()) {
      throw Refusal.invalid("commitset cannot be nil");
    }
    var commits = versions.commits().set(request.getCommitSet().getId());
    for (var commit : commits) {
      if (!request.getWait() || commit.finished().isPresent()) {
        out.send(PfsMessages.commit(commit).build());
      }
    }
    for (var commit : commits) {
      if (request.getWait() && commit.finished().isEmpty()) {
        var finished = versions.commits().await(commit.name(), State.FINISHED, out::left);
        out.send(PfsMessages.commit(finished).build());
      }
    }
  }

  void list(ListCommitSetRequest request, Calls.Outlet<CommitSetInfo> out) {
    var project =
        request.hasProject()
            ? Optional.of(PfsMessages.project(request.getProject()))
            : Optional.<String>empty();
    versions
        .commits()
        .sets((id, commits) -> {
          boolean wanted =
              project.isEmpty()
                  || commits.stream()
                      .anyMatch(c -> c.name().repo().project().equals(project.get()));
          if (wanted) {
            var info = CommitSetInfo.newBuilder().setCommitSet(CommitSet.newBuilder().setId(id));
            commits.forEach(commit -> info.addCommits(PfsMessages.commit(commit)));
            out.send(info.build());
          }
        });
  }

  void drop(DropCommitSetRequest request) {
    if (!request.hasCommitSet()) {
      throw Refusal.invalid("commitset cannot be nil");
    }
    versions.change(change -> {
      change.removeSet(request.getCommitSet().getId(), true);
      return true;
    });
  }

  /// Searches until there is nothing more to find or the time is `nearly` over: the last message
  /// says where to go on.
  void find(
      FindCommitsRequest request, Calls.Outlet<FindCommitsResponse> out, BooleanSupplier nearly) {
    var start = PfsMessages.commit(request.hasStart(), request.getStart());
    long limit = Integer.toUnsignedLong(request.getLimit());
    long[] found = {0};
    try {
      var searched =
          versions
              .commits()
              .find(
                  start,
                  request.getFilePath(),
                  (commit, before) -> {
                    out.send(
                        FindCommitsResponse.newBuilder()
                            .setFoundCommit(PfsMessages.commit(commit.name()))
                            .setCommitsSearched(before.intValue())
                            .build());
                    return limit == 0 || ++found[0] < limit;
                  },
                  () -> nearly.getAsBoolean() || out.left());
      out.send(
          FindCommitsResponse.newBuilder()
              .setLastSearchedCommit(PfsMessages.commit(searched.last()))
              .setCommitsSearched((int) searched.count())
              .build());
    } catch (Refusal e) {
      throw e.kind() == Refusal.Kind.NOT_READY ? notFinished(e) : e;
    }
  }

  /// Tells which commit was not finished in a form that programs read.
  private static RuntimeException notFinished(Refusal refusal) {
    var id = refusal.text().split(" ", -1)[1];
    var resource =
        ResourceInfo.newBuilder()
            .setResourceType("pfs:commit")
            .setResourceName(id)
            .setDescription("commit not finished");
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(Code.UNAVAILABLE_VALUE)
            .setMessage(refusal.text())
            .addDetails(Any.pack(resource.build()))
            .build());
  }

  void check(FsckRequest request, Calls.Outlet<FsckResponse> out) {
    if (request.getZombieAll() || request.hasZombieTarget()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED, "the zombie check of Fsck is not built yet in this version");
    }
    versions
        .check()
        .forEach(problem -> out.send(FsckResponse.newBuilder().setError(problem).build()));
  }
}
