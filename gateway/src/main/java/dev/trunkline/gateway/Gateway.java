package dev.trunkline.gateway;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.grpc.GrpcMeterIdPrefixFunction;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.metric.MetricCollectingService;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Pool;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The HTTP server of the product.
///
/// Keepalive pings of any frequency are answered, and streams have no limit in number or time. The
/// limit of a message is checked behind the transport, which would answer by breaking the stream.
public final class Gateway implements AutoCloseable {
  private static final int MESSAGE_MAX = 64 << 20;
  private static final int CALLS_MAX = 8192;
  private static final int WINDOW = 1 << 20;

  /// Pages of this machine may call; any other page would act with the rights of whoever opened it.
  private static final Pattern ORIGIN =
      Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?");

  private static final MediaType EXPOSITION =
      MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  /// How long a refused upload stays open for its client to read why: a reset that comes at once
  /// overtakes the answer in some clients, which then say that the call was cancelled.
  private static final Duration REFUSED = Duration.ofSeconds(10);

  /// How long a call that runs may go on when the server is told to stop.
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private static final Duration PREFLIGHT = Duration.ofHours(2);

  private static final String REFLECTION = "/grpc.reflection.v1.ServerReflection";

  /// Where clients from before 2023 ask for reflection, in the same messages as today's.
  private static final String OLD_REFLECTION = "/grpc.reflection.v1alpha.ServerReflection";

  private final ScheduledExecutorService calls = Pool.virtual("call", CALLS_MAX);
  private final Health health;
  private final InetSocketAddress address;
  private final Server server;

  /// Loads what a server of HTTP needs, which takes as long as everything else does at the start of
  /// the product: call it early, on a thread of its own.
  public static void prepare() {
    var _ = GrpcService.builder();
    var _ = Server.builder();
  }

  /// Serves `services` on `address` as one that can always write.
  Gateway(InetSocketAddress address, List<BindableService> services, ServerInterceptor gate) {
    this(address, services, gate, () -> true);
  }

  /// Serves `services` on `address` once started; every call passes `gate`, and who asks for the
  /// health is told whether the server is `writable`.
  public Gateway(
      InetSocketAddress address,
      List<BindableService> services,
      ServerInterceptor gate,
      BooleanSupplier writable) {
    this.address = address;
    this.health = new Health(writable);
    var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(metrics);
    server =
        Server.builder()
            .http(address)
            .defaultHostname("localhost") // Else it looks for the name of the machine.
            .maxRequestLength(0)
            .requestTimeoutMillis(0)
            .idleTimeout(Duration.ZERO)
            .requestAutoAbortDelay(REFUSED)
            .http2InitialStreamWindowSize(WINDOW)
            .http2InitialConnectionWindowSize(8 * WINDOW)
            .http2MaxStreamsPerConnection(Integer.MAX_VALUE)
            .blockingTaskExecutor(calls, false)
            .gracefulShutdownTimeout(Duration.ofMillis(100), DRAIN)
            .bossGroupFactory(_ -> new Acceptor())
            .meterRegistry(metrics)
            .unloggedExceptionsReportInterval(Duration.ZERO)
            .decorator(new Endings())
            .service(
                grpc(services, gate),
                coalesced(services),
                MetricCollectingService.newDecorator(
                    GrpcMeterIdPrefixFunction.of("trunkline.calls")),
                cors())
            .service(reflection(gate, REFLECTION), cors())
            .service(reflection(gate, OLD_REFLECTION), cors())
            .service("/healthz", (_, _) -> health.page())
            .service(
                "/metrics", (_, _) -> HttpResponse.of(HttpStatus.OK, EXPOSITION, metrics.scrape()))
            .serviceUnder("/", new Unclaimed())
            .build();
  }

  private GrpcService grpc(List<BindableService> services, ServerInterceptor gate) {
    return GrpcService.builder()
        .addServices(services)
        .addService(health.service())
        .intercept(gate, new BatchedMessages())
        .useBlockingTaskExecutor(true)
        // A client ends its call itself when its time is over. Were the server to do so as well,
        // its reset would at times be first, and the client would call that a cancellation.
        .useClientTimeoutHeader(false)
        .maxRequestMessageLength(MESSAGE_MAX)
        .supportedSerializationFormats(
            GrpcSerializationFormats.PROTO,
            GrpcSerializationFormats.PROTO_WEB,
            GrpcSerializationFormats.PROTO_WEB_TEXT)
        .build();
  }

  /// Reflection of all services, apart from them: what it tells is gathered anew for each method of
  /// the service that it belongs to.
  private static GrpcService reflection(ServerInterceptor gate, String path) {
    return GrpcService.builder()
        .addService(path, ProtoReflectionServiceV1.newInstance())
        .intercept(gate)
        .useClientTimeoutHeader(false)
        .supportedSerializationFormats(
            GrpcSerializationFormats.PROTO,
            GrpcSerializationFormats.PROTO_WEB,
            GrpcSerializationFormats.PROTO_WEB_TEXT)
        .build();
  }

  /// Streamed answers go out in few pieces.
  private static Function<? super HttpService, HttpService> coalesced(
      List<BindableService> services) {
    var streamed =
        services.stream()
            .flatMap(service -> service.bindService().getMethods().stream())
            .map(ServerMethodDefinition::getMethodDescriptor)
            .filter(method -> method.getType() == MethodType.SERVER_STREAMING)
            .map(method -> "/" + method.getFullMethodName())
            .collect(Collectors.toUnmodifiableSet());
    return service ->
        service.decorate((delegate, context, request) -> {
          var response = delegate.serve(context, request);
          return streamed.contains(context.path())
              ? CoalescedResponse.of(response, context)
              : response;
        });
  }

  private static Function<? super HttpService, CorsService> cors() {
    return CorsService.builder(origin -> ORIGIN.matcher(origin).matches())
        .allowRequestMethods(HttpMethod.POST)
        .allowRequestHeaders(
            HttpHeaderNames.CONTENT_TYPE,
            "x-grpc-web",
            "x-user-agent",
            "grpc-timeout",
            "authn-token",
            "pach-transaction")
        .exposeHeaders("grpc-status", "grpc-message", "grpc-status-details-bin")
        .maxAge(PREFLIGHT)
        .newDecorator();
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

  /// Tells those who watch the health, lets calls end for a few seconds, and stops listening.
  @Override
  public void close() {
    health.end();
    server.stop().join();
    calls.shutdownNow();
  }
}
