package dev.trunkline.services;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Refusal;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.Change;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Transactions.Pending;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.StartCommitRequest;
import dev.trunkline.wire.transaction.Transaction;
import dev.trunkline.wire.transaction.TransactionInfo;
import dev.trunkline.wire.transaction.TransactionRequest;
import dev.trunkline.wire.transaction.TransactionResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Requests that run at once, or are collected and run together later.
final class TransactionCalls {
  private static final int ATTEMPTS = 10;

  private final Versions versions;
  private final RepoCalls repos;
  private final BranchCalls branches;
  private final CommitCalls commits;
  private final Further further;

  /// The calls where no pipelines are.
  TransactionCalls(Versions versions, Predicate<RepoName> ownedByPipeline) {
    this(versions, ownedByPipeline, (_, _) -> false);
  }

  TransactionCalls(Versions versions, Pipelines pipelines) {
    this(versions, pipelines::owns, further(versions, pipelines));
  }

  private TransactionCalls(
      Versions versions, Predicate<RepoName> ownedByPipeline, Further further) {
    this.versions = versions;
    this.repos = new RepoCalls(versions, ownedByPipeline);
    this.branches = new BranchCalls(versions);
    this.commits = new CommitCalls(versions, ownedByPipeline);
    this.further = further;
  }

  private static Further further(Versions versions, Pipelines pipelines) {
    var calls = new PipelineCalls(versions, pipelines);
    var jobs = new JobCalls(versions, pipelines);
    return (change, request) -> {
      if (request.hasCreatePipelineV2()) {
        calls.create(change, request.getCreatePipelineV2());
      } else if (request.hasStopJob()) {
        jobs.stop(change, request.getStopJob());
      } else {
        return false;
      }
      return true;
    };
  }

  /// Runs a request now, or adds it to the transaction that the call joins.
  Outcome run(TransactionRequest request) {
    var joined = Joined.transaction();
    return joined.isPresent()
        ? append(joined.get(), request)
        : versions.change(change -> apply(change, request));
  }

  private Outcome append(String id, TransactionRequest request) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var pending = versions.transactions().inspect(id);
      var all = info(pending).addRequests(request).build();
      var outcomes =
          versions
              .transactions()
              .append(
                  pending,
                  requests(all).toByteArray(),
                  change -> applyAll(change, all.getRequestsList()));
      if (outcomes.isPresent()) {
        var last = outcomes.get().getLast();
        return new Outcome(last.response(), true);
      }
    }
    throw new Failure(
        Failure.Kind.UNAVAILABLE,
        "transaction " + id + " is being added to by too many others; try again");
  }

  private static TransactionInfo requests(TransactionInfo info) {
    return TransactionInfo.newBuilder().addAllRequests(info.getRequestsList()).build();
  }

  static TransactionInfo.Builder info(Pending pending) {
    try {
      return TransactionInfo.parseFrom(pending.requests().array()).toBuilder()
          .setTransaction(Transaction.newBuilder().setId(pending.id()))
          .setStarted(PfsMessages.time(pending.started()))
          .setVersion(pending.version());
    } catch (InvalidProtocolBufferException e) {
      throw new Failure(
          Failure.Kind.CORRUPT, "the requests of transaction " + pending.id() + " are damaged", e);
    }
  }

  TransactionInfo finish(String id) {
    return versions
        .transactions()
        .finish(
            id,
            (change, pending) -> {
              var info = info(pending);
              applyAll(change, info.getRequestsList())
                  .forEach(outcome -> info.addResponses(outcome.response()));
              return info.build();
            });
  }

  TransactionInfo batch(List<TransactionRequest> requests) {
    return versions
        .transactions()
        .batch(id ->
            change -> {
              var info =
                  TransactionInfo.newBuilder()
                      .setTransaction(Transaction.newBuilder().setId(id))
                      .setStarted(PfsMessages.time(change.tx().now()))
                      .addAllRequests(requests);
              applyAll(change, requests).forEach(outcome -> info.addResponses(outcome.response()));
              return info.build();
            });
  }

  private List<Outcome> applyAll(Change change, List<TransactionRequest> requests) {
    var outcomes = new ArrayList<Outcome>();
    for (int i = 0; i < requests.size(); i++) {
      try {
        outcomes.add(apply(change, requests.get(i)));
      } catch (Refusal e) {
        throw new Refusal("error running request " + (i + 1) + " of " + requests.size(), e);
      }
    }
    return outcomes;
  }

  private Outcome apply(Change change, TransactionRequest request) {
    if (request.hasCreateRepo()) {
      repos.create(change, request.getCreateRepo());
    } else if (request.hasDeleteRepo()) {
      boolean deleted = repos.delete(change, request.getDeleteRepo());
      return new Outcome(TransactionResponse.getDefaultInstance(), deleted);
    } else if (request.hasStartCommit()) {
      return new Outcome(started(change, request.getStartCommit()), true);
    } else if (request.hasFinishCommit()) {
      commits.finish(change, request.getFinishCommit());
    } else if (request.hasSquashCommitSet()) {
      squash(change, request);
    } else if (request.hasCreateBranch()) {
      branches.create(change, request.getCreateBranch());
    } else if (request.hasDeleteBranch()) {
      branches.delete(change, request.getDeleteBranch());
    } else if (!further.apply(change, request)) {
      throw Refusal.invalid("unrecognized transaction request type");
    }
    return new Outcome(TransactionResponse.getDefaultInstance(), true);
  }

  private TransactionResponse started(Change change, StartCommitRequest request) {
    var commit = commits.start(change, request);
    var branch = PfsMessages.branch(PfsMessages.branch(request.getBranch()));
    return TransactionResponse.newBuilder().setCommit(commit.toBuilder().setBranch(branch)).build();
  }

  private static void squash(Change change, TransactionRequest request) {
    if (!request.getSquashCommitSet().hasCommitSet()) {
      throw Refusal.invalid("commitset cannot be nil");
    }
    change.removeSet(request.getSquashCommitSet().getCommitSet().getId(), false);
  }

  /// The requests that are about pipelines.
  private interface Further {
    /// Runs a request; false where it is none of these.
    boolean apply(Change change, TransactionRequest request);
  }

  /// What a request answers; `deleted` is false where a repo to be deleted did not exist.
  record Outcome(TransactionResponse response, boolean deleted) {}
}
