package dev.trunkline.gateway;

import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs how calls ended that did not end well, each at most once: a client may leave whenever it
/// likes, and whoever refused a call on purpose has said why; what is left is an error of ours.
final class Endings implements DecoratingHttpServiceFunction {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  @Override
  public HttpResponse serve(
      HttpService delegate, ServiceRequestContext context, HttpRequest request) throws Exception {
    var _ = context.log().whenComplete().thenAccept(log -> tell(context, log.responseCause()));
    return delegate.serve(context, request);
  }

  private static void tell(ServiceRequestContext context, @Nullable Throwable cause) {
    if (cause == null || isAnswer(cause)) {
      return;
    }
    if (isDeparture(cause)) {
      LOG.debug("{} ended: its client left", context.path());
    } else {
      LOG.warn("{} ended badly", context.path(), cause);
    }
  }

  /// Whether a call failed because its client left.
  static boolean isDeparture(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClosedSessionException
          || cause instanceof ClosedStreamException
          || cause instanceof CancelledSubscriptionException
          || cause instanceof CancellationException
          || Status.fromThrowable(cause).getCode() == Status.Code.CANCELLED) {
        return true;
      }
    }
    return false;
  }

  /// Whether a failure is what the client was told on purpose.
  private static boolean isAnswer(Throwable failure) {
    return failure instanceof HttpStatusException
        || (failure.getCause() == null
            && (failure instanceof StatusRuntimeException || failure instanceof StatusException)
            && Status.fromThrowable(failure).getCode() != Status.Code.CANCELLED);
  }
}
