package dev.trunkline.bench;

import dev.trunkline.base.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What every row works with: the product, a scratch folder, sizes, and a stopwatch.
final class Bench implements AutoCloseable {
  private static final Clock CLOCK = Clock.system();

  private final Path dist;
  private final Path scratch;
  private final Scale scale;
  private final List<Server> servers = new ArrayList<>();
  private int folders;

  Bench(Path dist, Path scratch, Scale scale) {
    this.dist = dist.toAbsolutePath();
    this.scratch = scratch;
    this.scale = scale;
  }

  Scale scale() {
    return scale;
  }

  Path dist() {
    return dist;
  }

  /// A folder that was never used.
  Path folder() {
    try {
      return Files.createDirectories(scratch.resolve("f" + folders++));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A server on a fresh folder.
  Server server() {
    return server(folder());
  }

  /// A server on a folder that may have been used.
  Server server(Path data) {
    var server = Server.start(dist, data);
    servers.add(server);
    return server;
  }

  /// How long `work` takes, in seconds.
  static double seconds(Runnable work) {
    long start = CLOCK.nanos();
    work.run();
    return CLOCK.since(start).toNanos() / 1e9;
  }

  /// Measures both sides in turn, as often as the scale says.
  List<Measurement.Pair> pairs(Side ours, Side peer) {
    return pairs(scale.pairs(), ours, peer);
  }

  /// Measures both sides in turn, `count` times.
  static List<Measurement.Pair> pairs(int count, Side ours, Side peer) {
    var pairs = new ArrayList<Measurement.Pair>();
    for (int i = 0; i < count; i++) {
      double busy = Machine.busyTicks();
      double own = Machine.ownTicks();
      long start = CLOCK.nanos();
      double theirs = measure(peer, i);
      double mine = measure(ours, i);
      double ticks = (Machine.busyTicks() - busy) - (Machine.ownTicks() - own);
      double foreign = Machine.cores(ticks, CLOCK.since(start).toNanos() / 1e9);
      pairs.add(new Measurement.Pair(mine, theirs, foreign));
    }
    return pairs;
  }

  /// Nothing waits to be written when a side starts: a side that syncs would wait for what the
  /// other one, or the making of the inputs, has left behind.
  private static double measure(Side side, int round) {
    Shell.run(Path.of("/"), "sync");
    return side.measure(round);
  }

  /// What the smallest Java program takes here, in seconds: the yardstick of short work.
  double bareJava() {
    var java = System.getProperty("java.home") + "/bin/java";
    return IntStream.range(0, 3)
        .mapToDouble(_ -> seconds(() -> Shell.run(scratch, java, "-Xshare:auto", "-version")))
        .sorted()
        .toArray()[1];
  }

  /// Nobody to compare with.
  static double nobody(int round) {
    return Double.NaN;
  }

  @Override
  public void close() {
    servers.forEach(Server::close);
  }

  /// One side of a comparison.
  interface Side {
    /// Does the work for the `round`-th time; what it took in the row's unit.
    double measure(int round);
  }
}
