package dev.trunkline.versions;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Ids;
import dev.trunkline.base.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Requests that are collected and then run as one change. The requests themselves are bytes here:
/// whoever collects them knows what they mean.
public final class Transactions {
  private final Versions versions;

  Transactions(Versions versions) {
    this.versions = versions;
  }

  /// Begins to collect.
  public Pending start() {
    var id = versions.quietly(TransactionRows::insert);
    return inspect(id);
  }

  /// What was collected.
  public Pending inspect(String id) {
    return versions.read(tx -> TransactionRows.find(tx, id)).orElseThrow(() -> missing(id));
  }

  private static Refusal missing(String id) {
    return Refusal.notFound("transactions " + id + " not found");
  }

  /// All that is being collected, newest first.
  public List<Pending> list() {
    return versions.read(TransactionRows::all);
  }

  /// Gives up what was collected.
  public void delete(String id) {
    if (versions.quietly(tx -> TransactionRows.take(tx, id)).isEmpty()) {
      throw missing(id);
    }
  }

  /// Gives up everything that is being collected.
  public void deleteAll() {
    versions.quietly(tx -> {
      TransactionRows.all(tx).forEach(pending -> TransactionRows.take(tx, pending.id()));
      return true;
    });
  }

  /// Runs `work` as the transaction `pending` would and takes everything back; then stores
  /// `requests`. Empty where somebody else stored some meanwhile: look again and try again.
  public <T> Optional<T> append(Pending pending, byte[] requests, Function<Change, T> work) {
    var result = rehearse(pending, work);
    boolean stored =
        result.isPresent()
            && versions.quietly(
                tx -> TransactionRows.set(tx, pending.id(), pending.version(), requests));
    return stored ? result : Optional.empty();
  }

  /// Empty where the transaction has changed: a rehearsal on top of its own effects means nothing.
  private <T> Optional<T> rehearse(Pending pending, Function<Change, T> work) {
    var result = new ArrayList<T>();
    try {
      versions.change(
          pending.id(),
          change -> {
            result.clear();
            if (TransactionRows.isAt(change.tx(), pending)) {
              result.add(work.apply(change));
            }
            change
                .tx()
                .beforeCommit(() -> {
                  throw new Rehearsed();
                });
            return true;
          });
      throw new AssertionError("a rehearsal is never committed");
    } catch (Rehearsed _) {
      return result.stream().findFirst();
    }
  }

  /// Runs all that was collected until now; it is gone afterwards unless it was refused.
  public <T> T finish(String id, BiFunction<Change, Pending, T> work) {
    return versions.change(
        id,
        change -> {
          var pending = TransactionRows.take(change.tx(), id).orElseThrow(() -> missing(id));
          return work.apply(change, pending);
        });
  }

  /// Runs `work` as a transaction that was never collected.
  public <T> T batch(Function<String, Function<Change, T>> work) {
    var id = Ids.random();
    return versions.change(id, work.apply(id));
  }

  /// What was collected.
  ///
  /// @param version how many requests were added so far
  /// @param requests as they were given
  public record Pending(String id, Instant started, long version, Bytes requests) {}

  /// Takes a rehearsal back.
  private static final class Rehearsed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Rehearsed() {
      super("taken back", null, false, false);
    }
  }
}
