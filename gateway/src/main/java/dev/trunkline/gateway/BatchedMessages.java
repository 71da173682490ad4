package dev.trunkline.gateway;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/// Hands the messages of a streamed answer to the event loop in batches: whatever was sent while
/// the loop was busy goes in one task instead of one task, and one change of threads, for each.
final class BatchedMessages implements ServerInterceptor {
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return call.getMethodDescriptor().getType() == MethodType.SERVER_STREAMING
        ? next.startCall(new Batched<>(call, ServiceRequestContext.current().eventLoop()), headers)
        : next.startCall(call, headers);
  }

  private static final class Batched<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Executor loop;

    /// What waits for the loop; both ends hold its lock.
    private final Deque<R> waiting = new ArrayDeque<>();

    private boolean scheduled;

    Batched(ServerCall<Q, R> call, Executor loop) {
      super(call);
      this.loop = loop;
    }

    @Override
    public boolean isReady() {
      synchronized (waiting) {
        return waiting.isEmpty() && super.isReady();
      }
    }

    @Override
    public void sendMessage(R message) {
      boolean first;
      synchronized (waiting) {
        waiting.add(message);
        first = !scheduled;
        scheduled = true;
      }
      if (first) {
        loop.execute(this::drain);
      }
    }

    private void drain() {
      for (var message = next(); message != null; message = next()) {
        super.sendMessage(message);
      }
    }

    private @org.jspecify.annotations.Nullable R next() {
      synchronized (waiting) {
        var message = waiting.poll();
        if (message == null) {
          scheduled = false;
        }
        return message;
      }
    }

    /// Comes behind the messages, for the loop does its tasks in order.
    @Override
    public void close(Status status, Metadata trailers) {
      loop.execute(() -> super.close(status, trailers));
    }
  }
}
