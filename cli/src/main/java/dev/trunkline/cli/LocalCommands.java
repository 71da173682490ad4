package dev.trunkline.cli;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// What 1.7 needed a cluster for: starting a server, and reaching it under other ports.
final class LocalCommands {
  private static final String FORWARDING =
      """
      port/p*            the port for clients; 30650 unless given
      ui-port/u*         the port for the dashboard of 1.7; 30080 unless given
      proxy-port/x*      the port for the proxy of that dashboard; 30081 unless given
      s3gateway-port/s*  the port for clients of S3; 30600 unless given
      console-port*      the port for the console; 4000 unless given
      kubectlflags/k*    accepted, without effect
      namespace*         accepted, without effect
      """;
  private static final String DEPLOYING =
      """
      host-path*  the folder for the data
      dev/d       accepted, without effect
      """;

  private LocalCommands() {}

  static List<Command> all() {
    return List.of(
        new Command("deploy local", DEPLOYING, 0, 0, "", LocalCommands::deploy),
        new Command("port-forward", FORWARDING, 0, 0, "", LocalCommands::forward));
  }

  /// Starts a server in the background, as `trunkline server --detach` does.
  private static void deploy(Session session, Arguments arguments) throws IOException {
    if (!Files.exists(ConfigFile.path(session.environment()))) {
      session.print("No config detected. Generating new config...");
      session.print(
          "No UserID present in config. Generating new UserID and updating config at "
              + ConfigFile.path(session.environment()));
      ConfigFile.read(session.environment()).write();
    }
    session.flush();
    var command = new ArrayList<String>();
    command.add(session.environment().getOrDefault("TRUNKLINE_PROGRAM", "trunkline"));
    command.addAll(List.of("server", "--detach"));
    arguments.value("host-path").ifPresent(path -> command.addAll(List.of("--data", path)));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(session.environment());
    var server = builder.start();
    try (var output = server.inputReader()) {
      output.lines().forEach(session::print);
      if (server.waitFor() != 0) {
        throw new IOException("the server did not start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server started", e);
    }
  }

  /// Forwards the ports that 1.7 and 2.12 print to the one port there is, until interrupted.
  private static void forward(Session session, Arguments arguments) throws IOException {
    var target = session.address();
    session.print("CTRL-C to exit");
    session.print("NOTE: this is not needed here: everything is served at " + target + " already");
    var listening = new ArrayList<ServerSocket>();
    listen(session, port(arguments, "ui-port", 30080), "UI", target, listening);
    listen(session, port(arguments, "proxy-port", 30081), "UI proxy", target, listening);
    listen(session, port(arguments, "s3gateway-port", 30600), "S3 gateway", target, listening);
    listen(session, port(arguments, "console-port", 4000), "console", target, listening);
    listen(session, port(arguments, "port", 30650), "pachd", target, listening);
    session.flush();
    try (var scope = Scope.open("forward")) {
      for (var socket : listening) {
        scope.run(() -> accept(socket, target));
      }
      scope.join();
    }
  }

  private static int port(Arguments arguments, String flag, int fallback) {
    return arguments.value(flag).isPresent() ? (int) arguments.number(flag) : fallback;
  }

  private static void listen(
      Session session, int port, String name, Address target, List<ServerSocket> listening) {
    if (port == target.port()) {
      return;
    }
    try {
      listening.add(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
      session.print("Forwarding the %s port to http://localhost:%d ...".formatted(name, port));
    } catch (IOException e) {
      session.print("Port %d (%s) is in use and is left alone".formatted(port, name));
    }
  }

  /// Forwards whoever comes, until the socket is closed.
  static void accept(ServerSocket socket, Address target) {
    while (true) {
      try {
        forward(socket.accept(), target);
      } catch (IOException e) {
        if (socket.isClosed()) {
          throw new Failure(Failure.Kind.UNAVAILABLE, "could not forward: " + e.getMessage(), e);
        }
      }
    }
  }

  /// Who comes while no server answers is hung up on, and not left waiting.
  private static void forward(Socket near, Address target) throws IOException {
    try {
      var far = WebRequest.connect(target, Patience.ENDLESS);
      Scope.detached("forward", () -> copy(near, far));
      Scope.detached("forward", () -> copy(far, near));
    } catch (IOException e) {
      near.close();
      throw e;
    }
  }

  /// Copies until one side ends, and then ends the other.
  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // Either side may hang up whenever it likes; both are closed.
    }
  }
}
