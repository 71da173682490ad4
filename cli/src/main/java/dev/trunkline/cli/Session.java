package dev.trunkline.cli;

import dev.trunkline.wire.pfs.Project;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One run of the command line: its streams, and the server once it is asked for something.
final class Session implements AutoCloseable {
  private static final int MESSAGE_MAX = 64 << 20;

  private final Streams streams;
  private final Map<String, String> environment;
  private final Optional<String> project;
  private @Nullable ManagedChannel channel;

  Session(Streams streams, Map<String, String> environment, Optional<String> project) {
    this.streams = streams;
    this.environment = environment;
    this.project = project;
  }

  Streams streams() {
    return streams;
  }

  void print(String line) {
    streams.out().println(line);
  }

  void say(String line) {
    streams.err().println(line);
  }

  Address address() {
    return Address.find(environment);
  }

  private ManagedChannel channel() {
    if (channel == null) {
      var address = address();
      channel =
          OkHttpChannelBuilder.forAddress(
                  address.host(), address.port(), InsecureChannelCredentials.create())
              .maxInboundMessageSize(MESSAGE_MAX)
              .build();
    }
    return channel;
  }

  Project project() {
    return Project.newBuilder().setName(project.orElse("default")).build();
  }

  dev.trunkline.wire.pfs.APIGrpc.APIBlockingStub pfs() {
    return dev.trunkline.wire.pfs.APIGrpc.newBlockingStub(channel());
  }

  dev.trunkline.wire.pfs.APIGrpc.APIStub pfsAsync() {
    return dev.trunkline.wire.pfs.APIGrpc.newStub(channel());
  }

  dev.trunkline.wire.pps.APIGrpc.APIBlockingStub pps() {
    return dev.trunkline.wire.pps.APIGrpc.newBlockingStub(channel());
  }

  dev.trunkline.wire.trunkline.APIGrpc.APIBlockingStub trunkline() {
    return dev.trunkline.wire.trunkline.APIGrpc.newBlockingStub(channel());
  }

  dev.trunkline.wire.version.APIGrpc.APIBlockingStub version() {
    return dev.trunkline.wire.version.APIGrpc.newBlockingStub(channel());
  }

  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
  }
}
