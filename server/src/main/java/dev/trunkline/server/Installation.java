package dev.trunkline.server;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Ids;
import dev.trunkline.base.Release;
import dev.trunkline.base.Scope;
import dev.trunkline.content.ChunkLimits;
import dev.trunkline.gateway.Gateway;
import dev.trunkline.metadata.Database;
import dev.trunkline.metadata.Duties;
import dev.trunkline.objects.FolderLock;
import dev.trunkline.objects.LocalFolder;
import dev.trunkline.pipelines.Pipelines;
import dev.trunkline.pipelines.Scheduler;
import dev.trunkline.runners.Cgroups;
import dev.trunkline.runners.ProcessRunner;
import dev.trunkline.services.AdminService;
import dev.trunkline.services.MetadataService;
import dev.trunkline.services.PfsService;
import dev.trunkline.services.PpsService;
import dev.trunkline.services.RequestGate;
import dev.trunkline.services.Services;
import dev.trunkline.services.TransactionService;
import dev.trunkline.services.TrunklineService;
import dev.trunkline.services.UncopiedRequests;
import dev.trunkline.services.VersionService;
import dev.trunkline.storage.Storage;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.trunkline.ServerInfoResponse;
import io.grpc.BindableService;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A running server on one data folder: every part it is made of, in the order in which they need
/// each other. Closing ends them in the opposite order.
final class Installation implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Settings settings;
  private int port;

  private Installation(Settings settings) {
    this.settings = settings;
  }

  /// Starts a server; what was begun is ended again where a part does not come up.
  static Installation start(Settings settings) {
    var installation = new Installation(settings);
    try {
      installation.start();
      return installation;
    } catch (RuntimeException e) {
      installation.close();
      throw e;
    }
  }

  private void start() {
    Scope.detached("prepare", Gateway::prepare);
    var data = settings.data();
    var folder = DataFolder.at(data);
    var holder = "pid " + ProcessHandle.current().pid();
    var lock = own(FolderLock.take(data, holder));
    folder.checkFormat();
    var clock = Clock.system();
    var database = own(open(clock));
    prepare(database);
    var objects = new LocalFolder(data.resolve("objects"));
    var storage = own(Storage.open(database, objects, ChunkLimits.STANDARD));
    if (settings.database().isEmpty()) {
      storage.fenceOthers();
    }
    var versions = own(new Versions(database, storage));
    var pipelines = new Pipelines(database, versions);
    // Nothing may write while a module makes its tables.
    storage.start();
    versions.start(Optional.of(pipelines));
    var runner =
        own(
            new ProcessRunner(
                settings.agent(),
                data.resolve("scratch"),
                settings.runner().equals("process"),
                storage.trees(),
                List.of(data)));
    Cgroups.own().ifPresent(runner::limit);
    var scheduler = own(new Scheduler(database, pipelines, storage, runner, clock));
    var services = new ArrayList<BindableService>(Services.named());
    services.addAll(
        List.of(
            UncopiedRequests.of(new PfsService(versions, pipelines)),
            new TransactionService(versions, pipelines),
            new MetadataService(versions),
            new PpsService(versions, pipelines),
            new TrunklineService(versions, pipelines, info()),
            new AdminService(versions, folder.remembered("id", Ids.random())),
            new VersionService()));
    var address = new InetSocketAddress(settings.host(), settings.port());
    var gateway = own(new Gateway(address, services, new RequestGate(), storage::isWritable));
    port = gateway.start();
    runner.surround(peer());
    scheduler.start();
    lock.tell("%s at %s:%d".formatted(holder, settings.host(), port));
  }

  /// Where programs of workers, which share the network of this machine, reach the server.
  private Map<String, String> peer() {
    var any = new InetSocketAddress(settings.host(), port).getAddress().isAnyLocalAddress();
    return Map.of(
        "PACHD_PEER_SERVICE_HOST",
        any ? "127.0.0.1" : settings.host(),
        "PACHD_PEER_SERVICE_PORT",
        String.valueOf(port));
  }

  private ServerInfoResponse info() {
    return ServerInfoResponse.newBuilder()
        .setVersion(Release.version())
        .setDataFolder(settings.data().toString())
        .setRunner(settings.runner())
        .build();
  }

  /// The PostgreSQL that the settings name, or SQLite in the data folder.
  private Database open(Clock clock) {
    return settings
        .database()
        .map(url -> Database.postgres(url, clock))
        .orElseGet(() -> Database.sqlite(settings.data().resolve("metadata.db"), clock));
  }

  /// Makes the first tables, and ends the leases of a server that died where the lock of the folder
  /// makes this process the only one; on PostgreSQL they end with its connection.
  private void prepare(Database database) {
    if (settings.database().isEmpty()) {
      database.migrate("metadata");
      Duties.releaseAll(database);
      return;
    }
    try {
      database.migrate("metadata");
    } catch (RuntimeException e) {
      if (e instanceof Failure failure && failure.kind() != Failure.Kind.UNAVAILABLE) {
        throw failure;
      }
      throw new Failure(
          Failure.Kind.UNAVAILABLE,
          "could not use the database of --database (%s): check its address, user and password"
              .formatted(reason(e)),
          e);
    }
  }

  /// What the database itself said: one line, without the address, which has a password in it.
  private static String reason(Throwable failure) {
    var reason = failure.getClass().getSimpleName();
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException) {
        reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse(reason);
      }
    }
    return reason;
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /// The port that the server listens on.
  int port() {
    return port;
  }

  /// Ends every part, also where one of them fails; the first failure is thrown in the end.
  @Override
  public void close() {
    @Nullable RuntimeException first = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        first = first == null ? new IllegalStateException("could not stop a part", e) : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
