package dev.trunkline.cli;

import com.google.protobuf.MessageLite;
import dev.trunkline.base.Check;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The messages that answer a call, read from its connection when they are asked for: a server that
/// is ahead of its reader waits.
///
/// Where the call fails, [#hasNext] throws its [StatusRuntimeException].
final class WebMessages<R extends MessageLite> implements Iterator<R> {
  private final WebAnswer answer;
  private final MessageLite prototype;
  private @Nullable R next;

  private WebMessages(WebAnswer answer, MessageLite prototype) {
    this.answer = answer;
    this.prototype = prototype;
  }

  /// Makes a call with one request.
  ///
  /// @throws StatusRuntimeException where no server answers
  static <Q extends MessageLite, R extends MessageLite> WebMessages<R> of(
      Address address, Patience patience, MethodDescriptor<Q, R> method, Q request) {
    var marshaller = (MethodDescriptor.PrototypeMarshaller<R>) method.getResponseMarshaller();
    var prototype = Check.present(marshaller.getMessagePrototype(), "messages have a prototype");
    try {
      var answer = WebRequest.send(address, patience, method.getFullMethodName(), "", request);
      return new WebMessages<>(answer, prototype);
    } catch (IOException e) {
      throw WebRequest.broken(e).asRuntimeException();
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = read();
    }
    return next != null;
  }

  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var message = Check.present(next, "there is a message");
    next = null;
    return message;
  }

  @SuppressWarnings("unchecked") // A parser makes messages of the class of its prototype.
  private @Nullable R read() {
    try {
      var frame = answer.next();
      if (frame != null) {
        return (R) prototype.getParserForType().parseFrom(frame);
      }
      var trailers = Check.present(answer.trailers(), "a call that ended has trailers");
      if (!trailers.ok()) {
        throw trailers.status().asRuntimeException();
      }
      return null;
    } catch (IOException e) {
      throw WebRequest.broken(e).asRuntimeException();
    }
  }
}
