package dev.trunkline.services;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/// How long the client of a call is going to wait, as its metadata says. The client ends the call
/// itself; this is for answers that would rather be short than late.
final class ClientDeadline {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern FORM = Pattern.compile("(\\d{1,8})([HMSmun])");
  private static final Map<String, TimeUnit> UNITS =
      Map.of(
          "H", TimeUnit.HOURS,
          "M", TimeUnit.MINUTES,
          "S", TimeUnit.SECONDS,
          "m", TimeUnit.MILLISECONDS,
          "u", TimeUnit.MICROSECONDS,
          "n", TimeUnit.NANOSECONDS);
  private static final int SHARE_PERCENT = 85;
  private static final Context.Key<Deadline> NEARLY = Context.key("nearly over");

  private ClientDeadline() {}

  /// `context` for a call with these headers.
  static Context in(Context context, Metadata headers) {
    var form = FORM.matcher(String.valueOf(headers.get(HEADER)));
    if (!form.matches()) {
      return context;
    }
    var unit = UNITS.getOrDefault(form.group(2), TimeUnit.NANOSECONDS);
    long nanos = unit.toNanos(Long.parseLong(form.group(1)));
    return context.withValue(
        NEARLY, Deadline.after(nanos / 100 * SHARE_PERCENT, TimeUnit.NANOSECONDS));
  }

  /// Tells, on any thread, whether most of the time of the present call is over; never where its
  /// client waits as long as it takes.
  static BooleanSupplier nearly() {
    var deadline = NEARLY.get();
    return deadline == null ? () -> false : deadline::isExpired;
  }
}
