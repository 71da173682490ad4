package dev.trunkline.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The packaged server, running on a folder.
final class Server implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long PAUSE = Duration.ofMillis(4).toNanos();

  private final Path dist;
  private final Path data;
  private final int port;
  private final Process process;
  private final double seconds;

  private Server(Path dist, Path data, int port, Process process, double seconds) {
    this.dist = dist;
    this.data = data;
    this.port = port;
    this.process = process;
    this.seconds = seconds;
  }

  /// Starts the server and waits until it says that it is ready.
  static Server start(Path dist, Path data) {
    int port = freePort();
    var clock = Clock.system();
    long start = clock.nanos();
    var command =
        List.of(
            dist.resolve("bin/trunkline").toString(),
            "server",
            "--data",
            data.resolve("data").toString(),
            "--listen",
            "127.0.0.1:" + port);
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(data.resolve("server.log").toFile())
              .start();
      awaitReady(port, process, clock, start);
      return new Server(dist, data, port, process, clock.since(start).toNanos() / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Asks rarely and cheaply: the server that starts has a use for every core.
  private static void awaitReady(int port, Process process, Clock clock, long start) {
    while (clock.since(start).compareTo(PATIENCE) < 0 && process.isAlive()) {
      if (ready(port)) {
        return;
      }
      LockSupport.parkNanos(PAUSE);
    }
    throw new IllegalStateException("the server did not become ready");
  }

  private static boolean ready(int port) {
    var question = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(question.getBytes(US_ASCII));
      var wanted = "HTTP/1.1 200 ".getBytes(US_ASCII);
      return Arrays.equals(socket.getInputStream().readNBytes(wanted.length), wanted);
    } catch (IOException _) {
      return false;
    }
  }

  /// How long it took to become ready.
  double startSeconds() {
    return seconds;
  }

  Path data() {
    return data;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  Client client() {
    return new Client(port);
  }

  /// Runs the command line against it.
  void pachctl(String... words) {
    var command = new ArrayList<>(List.of("env", "PACHD_ADDRESS=" + address()));
    command.add(dist.resolve("bin/pachctl").toString());
    command.addAll(List.of(words));
    Shell.run(data, command.toArray(String[]::new));
  }

  double residentMebibytes() {
    return Machine.residentMebibytes(process.pid());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
