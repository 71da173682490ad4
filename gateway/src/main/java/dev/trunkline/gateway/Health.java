package dev.trunkline.gateway;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.function.BooleanSupplier;

/// What the server says of its health: whether what is written to it can become durable. It looks
/// when it is asked; those who watch by gRPC hear of a change when anybody asks.
final class Health implements ServerInterceptor {
  private final HealthStatusManager statuses = new HealthStatusManager();
  private final BooleanSupplier writable;

  Health(BooleanSupplier writable) {
    this.writable = writable;
  }

  /// The page `/healthz`: 200, or 503 while nothing can be written.
  HttpResponse page() {
    return look()
        ? HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, "ok\n")
        : HttpResponse.of(
            HttpStatus.SERVICE_UNAVAILABLE,
            MediaType.PLAIN_TEXT_UTF_8,
            "cannot write: this server gave no sign of life to its database for too long, and"
                + " begins a new session as soon as it can\n");
  }

  /// The gRPC service.
  ServerServiceDefinition service() {
    return ServerInterceptors.intercept(statuses.getHealthService(), this);
  }

  private boolean look() {
    boolean can = writable.getAsBoolean();
    statuses.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        can ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    return can;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    look();
    return next.startCall(call, headers);
  }

  /// Tells those who watch that there will be no more.
  void end() {
    statuses.enterTerminalState();
  }
}
