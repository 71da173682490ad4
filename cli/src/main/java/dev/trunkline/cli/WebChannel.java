package dev.trunkline.cli;

import dev.trunkline.base.Check;
import dev.trunkline.base.Pool;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;

/// A channel of gRPC-web over HTTP/1.1, for calls with one request: to start a transport of HTTP/2
/// takes longer than a whole call. Streams of requests are [WebStream]s.
final class WebChannel extends Channel {
  private static final int ANSWERS = 8;

  private final Address address;

  /// Platform threads: behind virtual ones stands a thread that waits for the network in the
  /// kernel, and the JVM gives such threads 300 ms before it exits.
  private final Pool answers = Pool.of("answer", ANSWERS);

  WebChannel(Address address) {
    this.address = address;
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    Check.that(method.getType().clientSendsOneMessage(), "a call has one request");
    return new WebCall<>(address, method, options, answers);
  }

  @Override
  public String authority() {
    return address.authority();
  }
}
