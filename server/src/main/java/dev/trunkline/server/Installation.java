package dev.trunkline.server;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Ids;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.gateway.Gateway;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.objects.FolderLock;
import dev.trunkline.objects.LocalFolder;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.pipelines.Scheduler;
import dev.trunkline.runners.ProcessRunner;
import dev.trunkline.services.AdminService;
import dev.trunkline.services.PfsService;
import dev.trunkline.services.PpsService;
import dev.trunkline.services.RequestGate;
import dev.trunkline.services.Services;
import dev.trunkline.services.TrunklineService;
import dev.trunkline.services.VersionService;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.Versions;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A running server on one data folder: every part it is made of, in the order in which they need
/// each other. Closing ends them in the opposite order.
public final class Installation implements AutoCloseable {
  private static final int FORMAT = 1;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final int port;

  /// Starts a server.
  Installation(Settings settings) {
    var data = settings.data();
    own(FolderLock.take(data, "pid " + ProcessHandle.current().pid()));
    checkFormat(data.resolve("FORMAT"));
    var clock = Clock.system();
    var database = own(Database.sqlite(data.resolve("metadata.db"), clock));
    database.migrate("metadata");
    Duties.releaseAll(database);
    var storage =
        Storage.open(database, new LocalFolder(data.resolve("objects")), ChunkLimits.STANDARD);
    var versions = own(new Versions(database, storage));
    var pipelines = new Pipelines(database, versions);
    versions.start(Optional.of(pipelines));
    var runner =
        own(
            new ProcessRunner(
                settings.agent(),
                data.resolve("scratch"),
                settings.runner().equals("process"),
                storage.trees(),
                clock));
    own(new Scheduler(database, versions, storage, runner, clock)).start();
    var services = new ArrayList<BindableService>(Services.named());
    services.addAll(
        List.of(
            new PfsService(versions, pipelines::owns),
            new PpsService(versions, pipelines),
            new TrunklineService(versions, pipelines),
            new AdminService(versions, remembered(data.resolve("id"), Ids.random())),
            new VersionService()));
    var address = new InetSocketAddress(settings.host(), settings.port());
    var gateway = own(new Gateway(address, services, new RequestGate()));
    port = gateway.start();
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /// The port that the server listens on.
  int port() {
    return port;
  }

  private static void checkFormat(Path file) {
    var format = remembered(file, Integer.toString(FORMAT));
    if (!format.equals(Integer.toString(FORMAT))) {
      throw new Failure(
          Failure.Kind.DENIED,
          "the data folder has format %s, this program knows %d: run the version that wrote it"
              .formatted(format, FORMAT));
    }
  }

  /// The content of a small file, which is written where it does not exist.
  private static String remembered(Path file, String first) {
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, first + "\n");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new Failure(
          Failure.Kind.UNAVAILABLE, "could not use " + file + ": " + e.getMessage(), e);
    }
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
