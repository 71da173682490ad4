package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitInfo.State;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitSet;
import dev.trunkline.wire.pfs.CommitSetInfo;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.InspectCommitSetRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.pfs.SubscribeCommitRequest;
import java.util.Optional;
import java.util.function.Predicate;

/// The calls about commits and commit sets.
final class CommitCalls {
  private final Versions versions;

  CommitCalls(Versions versions) {
    this.versions = versions;
  }

  Commit start(StartCommitRequest request) {
    if (!request.hasBranch() || !request.getBranch().hasRepo()) {
      throw Refusal.invalid("branch must be specified");
    }
    Optional<CommitHandle> parent =
        request.hasParent() ? Optional.of(handle(request.getParent())) : Optional.empty();
    var branch = PfsMessages.branch(request.getBranch());
    var info =
        versions.change(change -> change.startCommit(branch, parent, request.getDescription()));
    return PfsMessages.commit(info.name());
  }

  private static CommitHandle handle(Commit commit) {
    return PfsMessages.commit(commit);
  }

  private static void require(boolean present) {
    if (!present) {
      throw Refusal.invalid("commit cannot be nil");
    }
  }

  void finish(FinishCommitRequest request) {
    require(request.hasCommit());
    versions.change(change -> {
      change.finishCommit(
          handle(request.getCommit()), request.getDescription(), request.getError());
      return true;
    });
  }

  CommitInfo inspect(InspectCommitRequest request) {
    require(request.hasCommit());
    return PfsMessages.commit(
            versions.commits().await(handle(request.getCommit()), state(request.getWait())))
        .build();
  }

  private static State state(CommitState wanted) {
    return switch (wanted) {
      case COMMIT_STATE_UNKNOWN, STARTED, UNRECOGNIZED -> State.STARTED;
      case READY -> State.READY;
      case FINISHING -> State.FINISHING;
      case FINISHED -> State.FINISHED;
    };
  }

  private static Predicate<dev.trunkline.versions.CommitInfo> ofKind(boolean all, OriginKind kind) {
    boolean any = all || kind == OriginKind.ORIGIN_KIND_UNKNOWN;
    return commit -> any || commit.origin().code() == kind.getNumber();
  }

  void list(ListCommitRequest request, Calls.Outlet<CommitInfo> out) {
    if (!request.hasRepo()) {
      throw Refusal.invalid("repo cannot be nil");
    }
    if (request.hasFrom() && !request.hasTo()) {
      throw Refusal.invalid("cannot use `from` commit without `to` commit");
    }
    if (request.getReverse() && request.hasTo()) {
      throw Refusal.invalid("cannot use 'Reverse' while also using 'From' or 'To'");
    }
    var wanted = ofKind(request.getAll(), request.getOriginKind());
    long[] left = {request.getNumber() > 0 ? request.getNumber() : Long.MAX_VALUE};
    Predicate<dev.trunkline.versions.CommitInfo> sink =
        commit -> {
          if (wanted.test(commit) && inTime(request, commit)) {
            out.send(PfsMessages.commit(commit).setSizeBytesUpperBound(commit.size()).build());
            left[0]--;
          }
          return left[0] > 0;
        };
    if (request.hasTo()) {
      Optional<CommitHandle> from =
          request.hasFrom() ? Optional.of(handle(request.getFrom())) : Optional.empty();
      versions.commits().history(handle(request.getTo()), from, sink);
      return;
    }
    var repo =
        request.getRepo().getName().isEmpty()
            ? Optional.<dev.trunkline.versions.RepoName>empty()
            : Optional.of(PfsMessages.repo(request.getRepo()));
    versions.commits().list(repo, request.getReverse(), sink);
  }

  private static boolean inTime(
      ListCommitRequest request, dev.trunkline.versions.CommitInfo commit) {
    if (!request.hasStartedTime() || request.hasTo()) {
      return true;
    }
    var time = request.getStartedTime();
    var limit = java.time.Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    return request.getReverse()
        ? commit.started().isAfter(limit)
        : commit.started().isBefore(limit);
  }

  void subscribe(SubscribeCommitRequest request, Calls.Outlet<CommitInfo> out) {
    if (!request.hasRepo()) {
      throw Refusal.invalid("repo cannot be nil");
    }
    var kind = ofKind(request.getAll(), request.getOriginKind());
    long after =
        request.hasFrom() ? versions.commits().inspect(handle(request.getFrom())).key() : 0;
    versions
        .commits()
        .subscribe(
            PfsMessages.repo(request.getRepo()),
            commit ->
                kind.test(commit)
                    && commit.key() > after
                    && (request.getBranch().isEmpty()
                        || commit.branch().equals(Optional.of(request.getBranch()))),
            state(request.getState()),
            commit -> out.send(PfsMessages.commit(commit).build()));
  }

  void inspectSet(InspectCommitSetRequest request, Calls.Outlet<CommitInfo> out) {
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
        var handle = CommitHandle.of(commit.name());
        out.send(PfsMessages.commit(versions.commits().await(handle, State.FINISHED)).build());
      }
    }
  }

  void listSets(Optional<String> project, Calls.Outlet<CommitSetInfo> out) {
    for (var id : versions.commits().sets()) {
      var commits = versions.commits().set(id);
      boolean wanted =
          project.isEmpty()
              || commits.stream().anyMatch(c -> c.name().repo().project().equals(project.get()));
      if (wanted) {
        var info = CommitSetInfo.newBuilder().setCommitSet(CommitSet.newBuilder().setId(id));
        commits.forEach(commit -> info.addCommits(PfsMessages.commit(commit)));
        out.send(info.build());
      }
    }
  }
}
