package dev.trunkline.services;

import com.google.protobuf.Empty;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.versions.RepoName;
import dev.trunkline.versions.Transactions;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.transaction.APIGrpc;
import dev.trunkline.wire.transaction.BatchTransactionRequest;
import dev.trunkline.wire.transaction.DeleteAllRequest;
import dev.trunkline.wire.transaction.DeleteTransactionRequest;
import dev.trunkline.wire.transaction.FinishTransactionRequest;
import dev.trunkline.wire.transaction.InspectTransactionRequest;
import dev.trunkline.wire.transaction.ListTransactionRequest;
import dev.trunkline.wire.transaction.StartTransactionRequest;
import dev.trunkline.wire.transaction.Transaction;
import dev.trunkline.wire.transaction.TransactionInfo;
import dev.trunkline.wire.transaction.TransactionInfos;
import io.grpc.stub.StreamObserver;
import java.util.function.Predicate;

/// `transaction_v2.API`: requests that are collected and run together.
public final class TransactionService extends APIGrpc.APIImplBase {
  private final Transactions transactions;
  private final TransactionCalls calls;

  /// Answers from `versions`, where no pipelines are; `ownedByPipeline` tells which repos only a
  /// pipeline may delete.
  public TransactionService(Versions versions, Predicate<RepoName> ownedByPipeline) {
    this(versions, new TransactionCalls(versions, ownedByPipeline));
  }

  /// Answers from `versions` and `pipelines`.
  public TransactionService(Versions versions, Pipelines pipelines) {
    this(versions, new TransactionCalls(versions, pipelines));
  }

  private TransactionService(Versions versions, TransactionCalls calls) {
    this.transactions = versions.transactions();
    this.calls = calls;
  }

  @Override
  public void batchTransaction(
      BatchTransactionRequest request, StreamObserver<TransactionInfo> out) {
    Calls.unary(out, () -> calls.batch(request.getRequestsList()));
  }

  @Override
  public void startTransaction(StartTransactionRequest request, StreamObserver<Transaction> out) {
    Calls.unary(out, () -> Transaction.newBuilder().setId(transactions.start().id()).build());
  }

  @Override
  public void inspectTransaction(
      InspectTransactionRequest request, StreamObserver<TransactionInfo> out) {
    var id = request.getTransaction().getId();
    Calls.unary(out, () -> TransactionCalls.info(transactions.inspect(id)).build());
  }

  @Override
  public void deleteTransaction(DeleteTransactionRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, () -> transactions.delete(request.getTransaction().getId()));
  }

  @Override
  public void listTransaction(
      ListTransactionRequest request, StreamObserver<TransactionInfos> out) {
    var infos = TransactionInfos.newBuilder();
    Calls.unary(
        out,
        () ->
            infos
                .addAllTransactionInfo(
                    transactions.list().stream()
                        .map(p -> TransactionCalls.info(p).build())
                        .toList())
                .build());
  }

  @Override
  public void finishTransaction(
      FinishTransactionRequest request, StreamObserver<TransactionInfo> out) {
    Calls.unary(out, () -> calls.finish(request.getTransaction().getId()));
  }

  @Override
  public void deleteAll(DeleteAllRequest request, StreamObserver<Empty> out) {
    Calls.empty(out, transactions::deleteAll);
  }
}
