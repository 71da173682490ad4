package dev.trunkline.cli;

import dev.trunkline.base.Pool;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.function.Supplier;

/// A channel that loads a transport of HTTP/2 only for calls whose requests are a stream: starting
/// one takes longer than a whole call without it. The others go as gRPC-web over HTTP/1.1.
final class WebChannel extends Channel {
  private static final int ANSWERS = 8;

  private final Address address;

  /// Platform threads: behind virtual ones stands a thread that waits for the network in the
  /// kernel, and the JVM gives such threads 300 ms before it exits.
  private final Pool answers = Pool.of("answer", ANSWERS);

  private final Supplier<ManagedChannel> streaming;

  /// `streaming` is asked for the calls that need HTTP/2.
  WebChannel(Address address, Supplier<ManagedChannel> streaming) {
    this.address = address;
    this.streaming = streaming;
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return method.getType().clientSendsOneMessage()
        ? new WebCall<>(address, method, options, answers)
        : streaming.get().newCall(method, options);
  }

  @Override
  public String authority() {
    return address.authority();
  }
}
