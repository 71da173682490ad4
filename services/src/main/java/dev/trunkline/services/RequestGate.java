package dev.trunkline.services;

import com.google.protobuf.Message;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// What every call passes: requests are checked against the rules of the protos, and a call that
/// this version does not answer says so in words that clients know.
public final class RequestGate implements ServerInterceptor {
  private static final int MESSAGE_MAX = 20 << 20;

  /// What every gRPC server of the product intercepts with.
  public RequestGate() {}

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var ended = new AtomicBoolean();
    var explained =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (ended.compareAndSet(false, true)) {
              super.close(explain(getMethodDescriptor().getFullMethodName(), status), trailers);
            }
          }
        };
    boolean unary = call.getMethodDescriptor().getType().clientSendsOneMessage();
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(
            ClientDeadline.in(Joined.context(headers), headers), explained, headers, next)) {
      @Override
      public void onMessage(Q request) {
        var objection = objection((Message) request, unary);
        if (objection.isPresent()) {
          explained.close(objection.get(), new Metadata());
        } else if (!ended.get()) {
          super.onMessage(request);
        }
      }

      @Override
      public void onHalfClose() {
        if (!ended.get()) {
          super.onHalfClose();
        }
      }
    };
  }

  private static Optional<Status> objection(Message request, boolean unary) {
    int size = request.getSerializedSize();
    if (size > MESSAGE_MAX) {
      return Optional.of(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "a message of %d bytes is larger than the maximum of %d: send the content in several"
                  .formatted(size, MESSAGE_MAX)));
    }
    var prefix = unary ? "validate request: " : "validate recv: ";
    return RequestRules.violation(request)
        .map(violation -> Status.INVALID_ARGUMENT.withDescription(prefix + violation));
  }

  private static Status explain(String method, Status status) {
    var description = String.valueOf(status.getDescription());
    boolean missing =
        status.getCode() == Status.Code.UNIMPLEMENTED && description.startsWith("Method ");
    if (!missing) {
      return status;
    }
    boolean auth = method.startsWith("auth_v2.") || method.equals("identity_v2.API/DeleteAll");
    return status.withDescription(
        auth ? "the auth service is not activated" : method + " is not built yet in this version");
  }
}
