package dev.trunkline.gateway;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Pool;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;

/// The HTTP server of the product.
///
/// Keepalive pings of any frequency are answered, streams have no limit in number or time, and what
/// is larger than a message may be is refused by the transport.
public final class Gateway implements AutoCloseable {
  /// The API promises 20 MiB; the transport leaves room, so that no stream is cut for a byte of
  /// framing.
  private static final int MESSAGE_MAX = 24 << 20;

  private static final int CALLS_MAX = 8192;
  private static final int WINDOW = 1 << 20;

  private final ScheduledExecutorService calls = Pool.virtual("call", CALLS_MAX);
  private final InetSocketAddress address;
  private final Server server;

  /// Serves `services` on `address` once started; every call passes `gate`.
  public Gateway(
      InetSocketAddress address, List<BindableService> services, ServerInterceptor gate) {
    this.address = address;
    var grpc =
        GrpcService.builder()
            .addServices(services)
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(new HealthStatusManager().getHealthService())
            .intercept(gate)
            .useBlockingTaskExecutor(true)
            .maxRequestMessageLength(MESSAGE_MAX)
            .supportedSerializationFormats(
                GrpcSerializationFormats.PROTO,
                GrpcSerializationFormats.PROTO_WEB,
                GrpcSerializationFormats.PROTO_WEB_TEXT)
            .build();
    server =
        Server.builder()
            .http(address)
            .maxRequestLength(0)
            .requestTimeoutMillis(0)
            .idleTimeout(Duration.ZERO)
            .http2InitialStreamWindowSize(WINDOW)
            .http2InitialConnectionWindowSize(8 * WINDOW)
            .http2MaxStreamsPerConnection(Integer.MAX_VALUE)
            .blockingTaskExecutor(calls, false)
            .gracefulShutdownTimeout(Duration.ofMillis(100), Duration.ofSeconds(5))
            .service(grpc)
            .service(
                "/healthz",
                (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, "ok\n"))
            .build();
  }

  /// Begins to listen and returns the port; fails where the address is taken or is not of this
  /// machine.
  public int start() {
    try {
      server.start().join();
    } catch (CompletionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new Failure(
          Failure.Kind.UNAVAILABLE,
          "could not listen on %s:%d (%s): stop what uses it or choose another --listen"
              .formatted(address.getHostString(), address.getPort(), cause.getMessage()),
          e);
    }
    return server.activeLocalPort();
  }

  /// Ends every call and stops listening.
  @Override
  public void close() {
    server.stop().join();
    calls.shutdownNow();
  }
}
