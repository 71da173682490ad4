package dev.trunkline.services;

import dev.trunkline.base.Check.BrokenInvariant;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Refusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one table from what went wrong to the status that a client sees.
final class Statuses {
  private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);

  private Statuses() {}

  static StatusRuntimeException of(Throwable failure) {
    return switch (failure) {
      case StatusRuntimeException status -> status;
      case Refusal refusal -> status(code(refusal), refusal.text());
      case Failure broken -> {
        LOG.error("a request met a failure", broken);
        yield status(code(broken), String.valueOf(broken.getMessage()));
      }
      case CancellationException _ -> status(Status.CANCELLED, "the call was cancelled");
      case BrokenInvariant bug -> internal("a broken invariant: " + bug.getMessage(), bug);
      default -> internal("an unexpected error: " + failure, failure);
    };
  }

  private static StatusRuntimeException internal(String text, Throwable cause) {
    LOG.error("a request met an error of ours", cause);
    return status(Status.INTERNAL, text + "; the server's log has more");
  }

  private static StatusRuntimeException status(Status status, String text) {
    return status.withDescription(text).asRuntimeException();
  }

  private static Status code(Refusal refusal) {
    return switch (refusal.kind()) {
      case INVALID -> Status.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.NOT_FOUND;
      case EXISTS -> Status.ALREADY_EXISTS;
      case STATE, GONE -> Status.FAILED_PRECONDITION;
      case CYCLE -> Status.INTERNAL;
      case NOT_READY -> Status.UNAVAILABLE;
      case DENIED -> Status.PERMISSION_DENIED;
      case UNSUPPORTED -> Status.UNIMPLEMENTED;
    };
  }

  private static Status code(Failure failure) {
    return switch (failure.kind()) {
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case CORRUPT -> Status.DATA_LOSS;
      case FULL -> Status.RESOURCE_EXHAUSTED;
      case TIMEOUT -> Status.DEADLINE_EXCEEDED;
      case DENIED -> Status.FAILED_PRECONDITION;
      case FENCED -> Status.ABORTED;
    };
  }
}
