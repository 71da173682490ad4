package dev.trunkline.gateway;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// Puts the pieces of a response that come in one turn of the event loop together, so that a stream
/// of small messages does not cost a frame and a system call for each. A piece waits for the end of
/// its turn and, behind a slow client, for the piece before it: at most [#FULL] bytes and two
/// pieces do.
///
/// Behind a small piece no other is asked for before the turn ends. Whoever sends is told that
/// there is room when nothing is left to ask for: so once in a turn, not once for each piece.
///
/// Everything happens on the event loop of the call.
final class CoalescedResponse implements Subscriber<HttpObject> {
  private static final int FULL = 64 << 10;
  private static final int UNCONSUMED_MAX = 2;

  private final HttpResponseWriter out = HttpResponse.streaming();
  private final EventLoop loop;
  private final ByteBufAllocator allocator;
  private @Nullable Subscription upstream;
  private @Nullable ByteBuf gathered;
  private boolean asked;
  private boolean scheduled;
  private boolean turning;
  private int unconsumed;

  private CoalescedResponse(RequestContext context) {
    loop = context.eventLoop().withoutContext();
    allocator = context.alloc();
  }

  /// A response with the bytes of `response` in fewer pieces.
  static HttpResponse of(HttpResponse response, RequestContext context) {
    var coalesced = new CoalescedResponse(context);
    var _ =
        coalesced
            .out
            .whenComplete()
            .whenCompleteAsync((_, cause) -> coalesced.end(response, cause), coalesced.loop);
    response.subscribe(coalesced, coalesced.loop, SubscriptionOption.WITH_POOLED_OBJECTS);
    return coalesced.out;
  }

  private void end(HttpResponse response, @Nullable Throwable cause) {
    if (cause != null) {
      response.abort(cause);
    }
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    ask();
  }

  private void ask() {
    if (!asked && unconsumed < UNCONSUMED_MAX && upstream != null) {
      asked = true;
      upstream.request(1);
    }
  }

  @Override
  public void onNext(HttpObject piece) {
    asked = false;
    if (piece instanceof HttpData data && data.length() < FULL) {
      gather(data);
    } else {
      flush();
      pass(piece);
    }
    if (turning || !scheduled) {
      ask();
    }
  }

  private void gather(HttpData data) {
    var buffer = gathered;
    if (buffer == null) {
      buffer = allocator.buffer(Math.max(1 << 10, data.length()));
      gathered = buffer;
    }
    try (data) {
      // A message is made of parts. To read them costs less than to write them, which wraps each.
      buffer.ensureWritable(data.length());
      data.byteBuf().readBytes(buffer, data.length());
    }
    if (buffer.readableBytes() >= FULL) {
      flush();
    } else if (!scheduled && unconsumed == 0) {
      scheduled = true;
      loop.execute(this::turn);
    }
  }

  private void turn() {
    turning = true;
    ask();
    turning = false;
    scheduled = false;
    flush();
    ask();
  }

  private void flush() {
    if (gathered != null) {
      var data = HttpData.wrap(gathered);
      gathered = null;
      pass(data);
    }
  }

  private void pass(HttpObject piece) {
    if (out.tryWrite(piece)) {
      unconsumed++;
      var _ = out.whenConsumed().thenRun(this::consumed);
    }
  }

  private void consumed() {
    unconsumed--;
    if (unconsumed == 0) {
      flush();
    }
    ask();
  }

  @Override
  public void onError(Throwable cause) {
    flush();
    out.close(cause);
  }

  @Override
  public void onComplete() {
    flush();
    out.close();
  }
}
