package dev.trunkline.services;

import dev.trunkline.base.Refusal;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.CommitInfo.State;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.ClearCommitRequest;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitInfo;
import dev.trunkline.wire.pfs.CommitPicker;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.DropCommitRequest;
import dev.trunkline.wire.pfs.DropCommitResponse;
import dev.trunkline.wire.pfs.FinishCommitRequest;
import dev.trunkline.wire.pfs.ForgetCommitRequest;
import dev.trunkline.wire.pfs.ForgetCommitResponse;
import dev.trunkline.wire.pfs.InspectCommitRequest;
import dev.trunkline.wire.pfs.ListCommitRequest;
import dev.trunkline.wire.pfs.OriginKind;
import dev.trunkline.wire.pfs.SquashCommitRequest;
import dev.trunkline.wire.pfs.SquashCommitResponse;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.pfs.SubscribeCommitRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// The calls about commits.
final class CommitCalls {
  private final Versions versions;
  private final Predicate<RepoName> ownedByPipeline;

  CommitCalls(Versions versions, Predicate<RepoName> ownedByPipeline) {
    this.versions = versions;
    this.ownedByPipeline = ownedByPipeline;
  }

  Commit start(Change change, StartCommitRequest request) {
    if (!request.hasBranch() || !request.getBranch().hasRepo()) {
      throw Refusal.invalid("branch must be specified");
    }
    Optional<CommitHandle> parent =
        request.hasParent()
            ? Optional.of(PfsMessages.commit(request.getParent()))
            : Optional.empty();
    var branch = PfsMessages.branch(request.getBranch());
    return PfsMessages.commit(change.startCommit(branch, parent, request.getDescription()).name());
  }

  void finish(Change change, FinishCommitRequest request) {
    change.finishCommit(
        PfsMessages.commit(request.hasCommit(), request.getCommit()),
        request.getDescription(),
        request.getError(),
        repo -> !request.getForce() && ownedByPipeline.test(repo));
  }

  CommitInfo inspect(InspectCommitRequest request, BooleanSupplier left) {
    var handle = PfsMessages.commit(request.hasCommit(), request.getCommit());
    return PfsMessages.commit(versions.commits().await(handle, state(request.getWait()), left))
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
    var repo = PfsMessages.repo(request.getRepo());
    var wanted = ofKind(request.getAll(), request.getOriginKind());
    long[] left = {request.getNumber() > 0 ? request.getNumber() : Long.MAX_VALUE};
    Predicate<dev.trunkline.versions.CommitInfo> sink =
        commit -> {
          if (wanted.test(commit) && inTime(request, commit)) {
            out.send(bounded(commit));
            left[0]--;
          }
          return left[0] > 0;
        };
    if (request.hasFrom() || request.hasTo()) {
      history(request, repo, sink);
      return;
    }
    boolean all = request.getRepo().getName().isEmpty();
    versions.commits().list(all ? Optional.empty() : Optional.of(repo), request.getReverse(), sink);
  }

  private CommitInfo bounded(dev.trunkline.versions.CommitInfo commit) {
    long bound =
        commit.finished().isPresent()
            ? commit.size()
            : versions.commits().upperBounds(List.of(commit)).getOrDefault(commit.key(), 0L);
    return PfsMessages.commit(commit).setSizeBytesUpperBound(bound).build();
  }

  private void history(
      ListCommitRequest request, RepoName repo, Predicate<dev.trunkline.versions.CommitInfo> sink) {
    if (!request.hasTo()) {
      throw Refusal.invalid("cannot use `from` commit without `to` commit");
    }
    if (request.getReverse()) {
      throw Refusal.invalid("cannot use 'Reverse' while also using 'From' or 'To'");
    }
    var to = PfsMessages.commit(request.getTo());
    Optional<CommitHandle> from =
        request.hasFrom() ? Optional.of(PfsMessages.commit(request.getFrom())) : Optional.empty();
    boolean here = to.repo().equals(repo) && from.map(f -> f.repo().equals(repo)).orElse(true);
    if (!here) {
      throw Refusal.invalid("`from` and `to` commits need to be from repo " + repo);
    }
    versions.commits().history(to, from, sink);
  }

  private static boolean inTime(
      ListCommitRequest request, dev.trunkline.versions.CommitInfo commit) {
    if (!request.hasStartedTime() || request.hasTo()) {
      return true;
    }
    var time = request.getStartedTime();
    var limit = Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    return request.getReverse()
        ? commit.started().isAfter(limit)
        : commit.started().isBefore(limit);
  }

  void subscribe(SubscribeCommitRequest request, Calls.Outlet<CommitInfo> out) {
    var repo = PfsMessages.repo(request.hasRepo(), request.getRepo());
    var kind = ofKind(request.getAll(), request.getOriginKind());
    long after =
        request.hasFrom()
            ? versions.commits().inspect(PfsMessages.commit(request.getFrom())).key()
            : 0;
    versions
        .commits()
        .subscribe(
            repo,
            commit ->
                kind.test(commit)
                    && commit.key() > after
                    && (request.getBranch().isEmpty()
                        || commit.branch().equals(Optional.of(request.getBranch()))),
            state(request.getState()),
            commit -> out.send(PfsMessages.commit(commit).build()),
            out::left);
  }

  void clear(ClearCommitRequest request) {
    var handle = PfsMessages.commit(request.hasCommit(), request.getCommit());
    versions.change(change -> {
      change.clearCommit(handle);
      return true;
    });
  }

  ForgetCommitResponse forget(ForgetCommitRequest request) {
    return versions.change(change -> {
      change.forgetCommit(PickerMessages.commit(request.getCommit()));
      return ForgetCommitResponse.getDefaultInstance();
    });
  }

  SquashCommitResponse squash(SquashCommitRequest request) {
    var handle = PfsMessages.commit(request.hasCommit(), request.getCommit());
    return versions.change(change -> {
      change.removeCommit(handle, request.getRecursive(), false);
      return SquashCommitResponse.getDefaultInstance();
    });
  }

  DropCommitResponse drop(DropCommitRequest request) {
    var handle = PfsMessages.commit(request.hasCommit(), request.getCommit());
    return versions.change(change -> {
      change.removeCommit(handle, request.getRecursive(), true);
      return DropCommitResponse.getDefaultInstance();
    });
  }

  void walk(
      List<CommitPicker> starts,
      boolean upstream,
      BranchCalls.Limits limits,
      Calls.Outlet<CommitInfo> out) {
    for (var start : starts) {
      versions
          .commits()
          .reachable(PickerMessages.commit(start), upstream, limits.most(), limits.deepest())
          .forEach(commit -> out.send(PfsMessages.commit(commit).build()));
    }
  }
}
