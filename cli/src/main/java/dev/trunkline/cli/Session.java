package dev.trunkline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import dev.trunkline.base.Clock;
import dev.trunkline.wire.pfs.Project;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run of the command line: its streams, and the server once it is asked for something.
final class Session {
  private final Streams streams;
  private final Map<String, String> environment;
  private final Arguments arguments;
  private final Clock clock;
  private @Nullable Channel channel;

  Session(Streams streams, Map<String, String> environment, Arguments arguments, Clock clock) {
    this.streams = streams;
    this.environment = environment;
    this.arguments = arguments;
    this.clock = clock;
  }

  Arguments arguments() {
    return arguments;
  }

  Map<String, String> environment() {
    return environment;
  }

  Streams streams() {
    return streams;
  }

  void print(String line) {
    streams.out().println(line);
  }

  /// Lets a reader see what was printed so far.
  void flush() {
    streams.out().flush();
  }

  void say(String line) {
    flush();
    streams.err().println(line);
  }

  /// Whether a person agrees: an answer that begins with y. Nothing on standard input means no.
  boolean confirmed(String question) throws IOException {
    flush();
    streams.err().print(question + " y/N ");
    streams.err().flush();
    var answer = new BufferedReader(new InputStreamReader(streams.in(), UTF_8)).readLine();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  Address address() {
    return Address.find(environment);
  }

  /// That for a call which begins now.
  Patience patience() {
    return Patience.begin(arguments.value("rpc-timeout").orElse("0"));
  }

  private Channel channel() {
    if (channel == null) {
      channel = new WebChannel(address(), this::patience);
    }
    return channel;
  }

  Project project() {
    return project(arguments.value("project").orElseGet(() -> ConfigFile.project(environment)));
  }

  static Project project(String name) {
    return Project.newBuilder().setName(name).build();
  }

  /// How long ago something was; `-` (in 1.7's spelling nothing) where it was never. With
  /// `--full-timestamps`, the time itself.
  String age(boolean present, Timestamp time, boolean old) {
    if (!present) {
      return old ? "" : "-";
    }
    var instant = Human.instant(time);
    return arguments.has("full-timestamps")
        ? instant.toString()
        : Human.duration(Duration.between(instant, clock.now()), old) + " ago";
  }

  /// The answers to a call that has many, as they come.
  <Q extends MessageLite, R extends MessageLite> Iterator<R> stream(
      MethodDescriptor<Q, R> method, Q request) {
    return WebMessages.of(address(), patience(), method, request);
  }

  dev.trunkline.wire.pfs.APIGrpc.APIBlockingStub pfs() {
    return dev.trunkline.wire.pfs.APIGrpc.newBlockingStub(channel());
  }

  dev.trunkline.wire.pps.APIGrpc.APIBlockingStub pps() {
    return dev.trunkline.wire.pps.APIGrpc.newBlockingStub(channel());
  }

  dev.trunkline.wire.trunkline.APIGrpc.APIBlockingStub trunkline() {
    return dev.trunkline.wire.trunkline.APIGrpc.newBlockingStub(channel());
  }

  dev.trunkline.wire.admin.APIGrpc.APIBlockingStub admin() {
    return dev.trunkline.wire.admin.APIGrpc.newBlockingStub(channel());
  }

  dev.trunkline.wire.transaction.APIGrpc.APIBlockingStub transactions() {
    return dev.trunkline.wire.transaction.APIGrpc.newBlockingStub(channel());
  }

  dev.trunkline.wire.version.APIGrpc.APIBlockingStub version() {
    return dev.trunkline.wire.version.APIGrpc.newBlockingStub(channel());
  }
}
