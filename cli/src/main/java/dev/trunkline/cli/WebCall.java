package dev.trunkline.cli;

import dev.trunkline.base.Pool;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// One call as gRPC-web over HTTP/1.1 (github.com/grpc/grpc, doc/PROTOCOL-WEB.md): one request, and
/// a response of length-prefixed messages that ends with a frame of trailers.
///
/// A call with one response is made on the thread of its caller, a stream of them on a thread of
/// its own.
final class WebCall<Q, R> extends ClientCall<Q, R> {
  private static final int PREFIX = 5;
  private static final int TRAILERS = 0x80;

  private final Address address;
  private final MethodDescriptor<Q, R> method;
  private final CallOptions options;
  private final Pool answers;
  private final Semaphore demand = new Semaphore(0);
  private @Nullable Listener<R> listener;
  private byte[] body = {};
  private Metadata headers = new Metadata();
  private volatile @Nullable HttpURLConnection connection;
  private volatile @Nullable Status cancelled;

  /// `answers` runs what waits for a stream.
  WebCall(Address address, MethodDescriptor<Q, R> method, CallOptions options, Pool answers) {
    this.answers = answers;
    this.address = address;
    this.method = method;
    this.options = options;
  }

  @Override
  public void start(Listener<R> responses, Metadata metadata) {
    listener = responses;
    headers = metadata;
  }

  @Override
  public void request(int messages) {
    demand.release(messages);
  }

  @Override
  public void sendMessage(Q message) {
    try (var in = method.streamRequest(message)) {
      var content = in.readAllBytes();
      var framed = new ByteArrayOutputStream(PREFIX + content.length);
      var out = new DataOutputStream(framed);
      out.writeByte(0);
      out.writeInt(content.length);
      out.write(content);
      body = framed.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void halfClose() {
    if (method.getType().serverSendsOneMessage()) {
      exchange();
    } else {
      var _ =
          answers.submit(() -> {
            exchange();
            return true;
          });
    }
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    cancelled = Status.CANCELLED.withDescription(message).withCause(cause);
    demand.release();
    var open = connection;
    if (open != null) {
      open.disconnect();
    }
  }

  private void exchange() {
    Status status;
    try {
      status = call().status();
    } catch (IOException e) {
      status = Status.UNAVAILABLE.withDescription("io exception").withCause(e);
    }
    var end = cancelled == null ? status : cancelled;
    tell(to -> to.onClose(end, new Metadata()));
  }

  /// Sends the request and delivers the messages; returns the trailers.
  private Trailers call() throws IOException {
    var uri = URI.create("http://" + address.authority() + "/" + method.getFullMethodName());
    var open = (HttpURLConnection) uri.toURL().openConnection();
    connection = open;
    open.setRequestMethod("POST");
    open.setDoOutput(true);
    // Without this a request whose connection broke would be sent a second time.
    open.setFixedLengthStreamingMode(body.length);
    open.setRequestProperty("content-type", "application/grpc-web+proto");
    open.setRequestProperty("x-grpc-web", "1");
    for (var name : headers.keys()) {
      var key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
      open.setRequestProperty(name, headers.get(key));
    }
    try (var out = open.getOutputStream()) {
      out.write(body);
    }
    if (open.getResponseCode() != HttpURLConnection.HTTP_OK) {
      return Trailers.ofHttp("" + open.getResponseCode());
    }
    if (open.getHeaderField("grpc-status") != null) {
      return new Trailers(open.getHeaderField("grpc-status"), open.getHeaderField("grpc-message"));
    }
    tell(to -> to.onHeaders(new Metadata()));
    try (var in = new DataInputStream(open.getInputStream())) {
      return deliver(in);
    }
  }

  private Trailers deliver(DataInputStream in) throws IOException {
    while (true) {
      int flags = in.readUnsignedByte();
      var frame = new byte[in.readInt()];
      in.readFully(frame);
      if ((flags & TRAILERS) != 0) {
        return Trailers.parse(frame);
      }
      demand.acquireUninterruptibly();
      if (cancelled != null) {
        throw new EOFException("given up");
      }
      var message = method.parseResponse(new ByteArrayInputStream(frame));
      tell(to -> to.onMessage(message));
    }
  }

  private void tell(java.util.function.Consumer<Listener<R>> what) {
    var to = dev.trunkline.base.Check.present(listener, "the call was started");
    var executor = options.getExecutor();
    if (executor == null) {
      what.accept(to);
    } else {
      executor.execute(() -> what.accept(to));
    }
  }
}
