package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What tests claim about calls that a server refuses: clients read both the code and the text.
final class Refusals {
  private Refusals() {}

  /// Claims that `call` is refused with this code and exactly this text.
  static void assertRefused(ThrowingCallable call, Status.Code code, String text) {
    var status = refused(call);
    assertThat(status.getDescription()).isEqualTo(text);
    assertThat(status.getCode()).as(text).isEqualTo(code);
  }

  /// Claims that `call` is refused as a request that is wrong in itself, with exactly this text.
  static void assertInvalid(ThrowingCallable call, String text) {
    assertRefused(call, Status.Code.INVALID_ARGUMENT, text);
  }

  /// Claims that `call` is refused for the state that things are in, with exactly this text.
  static void assertForbidden(ThrowingCallable call, String text) {
    assertRefused(call, Status.Code.FAILED_PRECONDITION, text);
  }

  /// Claims that `call` is refused for something that does not exist, with exactly this text.
  static void assertMissing(ThrowingCallable call, String text) {
    assertRefused(call, Status.Code.NOT_FOUND, text);
  }

  /// Claims that `call` is refused with this code and a text that contains `part`.
  static void refused(Status.Code code, String part, ThrowingCallable call) {
    var status = refused(call);
    assertThat(status.getDescription()).contains(part);
    assertThat(status.getCode()).as(part).isEqualTo(code);
  }

  private static Status refused(ThrowingCallable call) {
    var thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown).as("the call is refused").isNotNull();
    return thrown.getStatus();
  }
}
