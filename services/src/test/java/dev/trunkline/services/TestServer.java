package dev.trunkline.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.base.Clock;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.LocalFolder;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.pipelines.Scheduler;
import dev.trunkline.runners.ProcessRunner;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.trunkline.ServerInfoResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// The services of one installation in a folder, reached through an in-process channel: the same
/// parts as the product has, less the port.
final class TestServer implements AutoCloseable {
  private static boolean compiled;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Versions versions;
  private final Pipelines pipelines;
  private final ManagedChannel channel;

  /// Starts an installation in `folder`, which may hold one already.
  TestServer(Path folder) throws IOException {
    var clock = Clock.system();
    var database = own(Database.sqlite(folder.resolve("metadata.db"), clock));
    database.migrate("metadata");
    var storage =
        Storage.open(database, new LocalFolder(folder.resolve("objects")), ChunkLimits.STANDARD);
    versions = own(new Versions(database, storage));
    pipelines = new Pipelines(database, versions);
    versions.start(Optional.of(pipelines));
    var runner =
        own(
            new ProcessRunner(
                agent(), folder.resolve("scratch"), false, storage.trees(), List.of()));
    own(new Scheduler(database, pipelines, storage, runner, clock)).start();
    var services =
        List.of(
            new PfsService(versions, pipelines),
            new TransactionService(versions, pipelines),
            new PpsService(versions, pipelines),
            new TrunklineService(versions, pipelines, ServerInfoResponse.getDefaultInstance()),
            new AdminService(versions, "test"),
            new VersionService());
    var name = InProcessServerBuilder.generateName();
    var builder = InProcessServerBuilder.forName(name);
    services.forEach(
        service -> builder.addService(ServerInterceptors.intercept(service, new RequestGate())));
    Server server = builder.build().start();
    parts.push(server::shutdownNow);
    channel = InProcessChannelBuilder.forName(name).build();
    parts.push(channel::shutdownNow);
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /// The agent, compiled once for all tests of the module.
  private static synchronized Path agent() throws IOException {
    var agent = Path.of("target", "agent").toAbsolutePath();
    if (compiled) {
      return agent;
    }
    Files.createDirectories(agent.getParent());
    var words = new ArrayList<>(List.of("cc", "-O1", "-static", "-o", agent.toString()));
    List.of("agent.c", "sandbox.c", "tree.c").forEach(source -> words.add("../agent/" + source));
    try {
      assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
      compiled = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return agent;
  }

  /// Where clients connect.
  ManagedChannel channel() {
    return channel;
  }

  /// What the services answer from, for tests that make a state directly.
  Versions versions() {
    return versions;
  }

  /// What the services answer from, for tests that make a state directly.
  Pipelines pipelines() {
    return pipelines;
  }

  dev.trunkline.wire.pfs.APIGrpc.APIBlockingStub pfs() {
    return dev.trunkline.wire.pfs.APIGrpc.newBlockingStub(channel);
  }

  dev.trunkline.wire.pps.APIGrpc.APIBlockingStub pps() {
    return dev.trunkline.wire.pps.APIGrpc.newBlockingStub(channel);
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("could not stop cleanly", e);
      }
    }
  }
}
