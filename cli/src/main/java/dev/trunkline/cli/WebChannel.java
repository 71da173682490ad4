package dev.trunkline.cli;

import dev.trunkline.base.Check;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.util.function.Supplier;

/// A channel of gRPC-web over HTTP/1.1, for calls with one request and one response: to start a
/// transport of HTTP/2 takes longer than a whole call. Streams of requests are [WebStream]s, those
/// of responses [WebMessages].
final class WebChannel extends Channel {
  private final Address address;
  private final Supplier<Patience> patience;

  /// @param patience begins that of a call
  WebChannel(Address address, Supplier<Patience> patience) {
    this.address = address;
    this.patience = patience;
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    Check.that(
        method.getType() == MethodDescriptor.MethodType.UNARY, "a call has one request and answer");
    return new WebCall<>(address, patience.get(), method, options);
  }

  @Override
  public String authority() {
    return address.authority();
  }
}
