package dev.trunkline.cli;

import com.google.protobuf.MessageLite;
import dev.trunkline.base.Check;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One call with one request and one response, as gRPC-web, made on the thread of its caller.
final class WebCall<Q, R> extends ClientCall<Q, R> {
  private final Address address;
  private final Patience patience;
  private final MethodDescriptor<Q, R> method;
  private final CallOptions options;
  private @Nullable Listener<R> listener;
  private @Nullable Q request;
  private Metadata headers = new Metadata();

  WebCall(Address address, Patience patience, MethodDescriptor<Q, R> method, CallOptions options) {
    this.address = address;
    this.patience = patience;
    this.method = method;
    this.options = options;
  }

  @Override
  public void start(Listener<R> responses, Metadata metadata) {
    listener = responses;
    headers = metadata;
  }

  /// There is one message, which is wanted.
  @Override
  public void request(int messages) {}

  @Override
  public void sendMessage(Q message) {
    request = message;
  }

  @Override
  public void halfClose() {
    Status status;
    try {
      status = exchange().status();
    } catch (IOException e) {
      status = WebRequest.broken(e);
    }
    var end = status;
    tell(to -> to.onClose(end, new Metadata()));
  }

  /// Who could give the call up waits for it.
  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {}

  /// Sends the request and delivers the message, if there is one.
  private Trailers exchange() throws IOException {
    var message = (MessageLite) Check.present(request, "a call has a request");
    var answer = WebRequest.send(address, patience, method.getFullMethodName(), lines(), message);
    var frame = answer.next();
    if (frame != null) {
      var response = method.parseResponse(new ByteArrayInputStream(frame));
      tell(to -> to.onMessage(response));
    }
    return answer.end();
  }

  private String lines() {
    var lines = new StringBuilder();
    for (var name : headers.keys()) {
      var value = headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
      lines.append(name).append(": ").append(value).append("\r\n");
    }
    return lines.toString();
  }

  private void tell(Consumer<Listener<R>> what) {
    var to = Check.present(listener, "the call was started");
    var executor = options.getExecutor();
    if (executor == null) {
      what.accept(to);
    } else {
      executor.execute(() -> what.accept(to));
    }
  }
}
