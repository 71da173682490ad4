package dev.trunkline.datum;

import dev.trunkline.base.Check;
import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Scope;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Trees;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// One stretch of a worker's work: datums are sent ahead while the one before runs, and what comes
/// back is taken in.
///
/// One thread sends and one receives, so that the agent is never kept from either. How far ahead
/// depends on how long a datum takes: of short ones a few, of long ones none, so that no datum
/// waits for one worker while another has nothing to do.
final class Shift {
  private static final int GRANT = 128 << 10;
  private static final int PIECE = 1 << 18;
  private static final long SHORT_NANOS = 10_000_000;
  private static final long MEDIUM_NANOS = 250_000_000;
  private static final byte[] NOTHING = new byte[0];
  private static final Clock CLOCK = Clock.system();

  private final Agent agent;
  private final Trees trees;
  private final Sandbox sandbox;
  private final DatumFeed feed;
  private final Function<DatumTask, List<String>> environment;
  private final IntSupplier channels;
  private final Deque<DatumRun> flying = new ArrayDeque<>();
  private final Deque<DatumRun> again = new ArrayDeque<>();
  private int ahead = 1;
  private int unpaid;
  private @Nullable String doomed;
  private boolean drained;
  private boolean over;
  private @Nullable RuntimeException failure;

  Shift(
      Site site,
      DatumFeed feed,
      Function<DatumTask, List<String>> environment,
      IntSupplier channels) {
    this.agent = site.agent;
    this.trees = site.trees;
    this.sandbox = site.sandbox;
    this.feed = feed;
    this.environment = environment;
    this.channels = channels;
  }

  /// Works until the feed has no more.
  void work() {
    try (var scope = Scope.open("feeder")) {
      scope.run(this::send);
      try {
        while (awaitFlight()) {
          head().announce();
          take(agent.next());
        }
      } catch (RuntimeException e) {
        end(e);
      }
      scope.join();
    }
    if (failure != null) {
      throw failure;
    }
  }

  /// Kills the program that runs now, where that is for this datum.
  synchronized void kill(String datum) {
    doomed = datum;
    notifyAll();
  }

  // --- Receiving

  private synchronized boolean awaitFlight() {
    try {
      while (flying.isEmpty() && !over) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(new CancellationException("interrupted while waiting for a datum"));
    }
    return !flying.isEmpty();
  }

  private void take(Agent.Frame frame) {
    var run = head();
    Check.that(run.channel() == frame.channel(), "frames come from the datum that runs");
    var outcome = run.take(frame);
    switch (frame.type()) {
      case Agent.Frame.OUT, Agent.Frame.ERR -> pay(frame.body().length);
      case Agent.Frame.DONE -> landed(run, outcome);
      default -> {}
    }
  }

  private synchronized DatumRun head() {
    return flying.getFirst();
  }

  private synchronized void pay(int bytes) {
    unpaid += bytes;
    if (unpaid >= GRANT) {
      notifyAll();
    }
  }

  private void landed(DatumRun run, Optional<DatumOutcome> outcome) {
    outcome.ifPresent(o -> feed.done(run.task(), o));
    synchronized (this) {
      flying.removeFirst();
      if (outcome.isEmpty()) {
        again.add(run);
      }
      unpaid = 0;
      long took = run.nanos();
      ahead = took < SHORT_NANOS ? 4 : took < MEDIUM_NANOS ? 2 : 1;
      notifyAll();
    }
  }

  /// Ends the shift early; what flies is lost with the agent.
  private void end(RuntimeException cause) {
    synchronized (this) {
      failure = failure == null ? cause : failure;
      over = true;
      flying.clear();
      notifyAll();
    }
    agent.close();
  }

  // --- Sending

  private void send() {
    try {
      while (true) {
        switch (errand()) {
          case Errand.Pay pay -> grant(pay.channel, pay.bytes);
          case Errand.Kill kill -> agent.send(Agent.Frame.KILL, kill.channel, NOTHING, 0);
          case Errand.Ask _ -> ask();
          case Errand.Fly fly -> fly(fly.run);
          case Errand.Stop _ -> {
            return;
          }
        }
        agent.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      end(e);
    }
  }

  private synchronized Errand errand() throws InterruptedException {
    while (true) {
      if (over) {
        return new Errand.Stop();
      }
      var errand = urgent();
      if (errand == null && flying.size() < ahead) {
        errand = again.isEmpty() ? drained ? null : new Errand.Ask() : launch(again.removeFirst());
      }
      if (errand != null) {
        return errand;
      }
      if (drained && flying.isEmpty() && again.isEmpty()) {
        over = true;
        notifyAll();
      } else {
        wait();
      }
    }
  }

  private @Nullable Errand urgent() {
    if (flying.isEmpty()) {
      return null;
    }
    var first = flying.getFirst();
    int channel = first.channel();
    boolean kill = first.task().id().equals(doomed);
    doomed = null;
    if (kill) {
      return new Errand.Kill(channel);
    }
    if (unpaid >= GRANT) {
      int bytes = unpaid;
      unpaid = 0;
      return new Errand.Pay(channel, bytes);
    }
    return null;
  }

  private Errand launch(DatumRun run) {
    run.attempt(channels.getAsInt());
    flying.addLast(run);
    notifyAll();
    return new Errand.Fly(run);
  }

  /// A feed that fails has no more; what runs may end.
  private void ask() {
    Optional<DatumTask> task = Optional.empty();
    RuntimeException problem = null;
    try {
      task = feed.next();
    } catch (RuntimeException e) {
      problem = e;
    }
    synchronized (this) {
      failure = failure == null ? problem : failure;
      drained = task.isEmpty();
      task.ifPresent(t -> again.add(new DatumRun(t, feed, trees, sandbox)));
    }
  }

  private void grant(int channel, int bytes) {
    var body = ByteBuffer.allocate(4).putInt(bytes).array();
    agent.send(Agent.Frame.CREDIT, channel, body, body.length);
  }

  private void fly(DatumRun run) {
    var task = run.task();
    long start = CLOCK.nanos();
    for (var input : task.inputs()) {
      lay(run.channel(), input.name(), input.entry());
    }
    int limit = task.program().timeout().map(t -> Math.clamp(t.toMillis(), 1, 1 << 30)).orElse(0);
    var seen = environment.apply(task);
    run.laid(seen, start);
    var request = new Agent.Request(task.program(), seen, limit);
    if (!agent.run(run.channel(), request)) {
      throw new Failure(
          Failure.Kind.DENIED,
          "the command, its stdin and its environment are larger than 16 MiB: put them in a file");
    }
  }

  private void lay(int channel, String folder, Entry entry) {
    switch (entry) {
      case Entry.OfFile file -> lay(channel, folder, file);
      case Entry.OfDirectory directory -> {
        var below = at(folder, directory.path());
        for (Iterator<Entry> all = trees.list(directory.root(), FilePath.ROOT); all.hasNext(); ) {
          lay(channel, below, all.next());
        }
      }
    }
  }

  private static String at(String folder, FilePath path) {
    return path.isRoot() ? folder : folder + path;
  }

  private void lay(int channel, String folder, Entry.OfFile file) {
    var path = folder + file.path();
    boolean[] begun = new boolean[1];
    trees
        .reader()
        .read(
            file.content(),
            0,
            bytes -> {
              if (!begun[0] && bytes.length <= PIECE) {
                agent.file(channel, path, bytes);
              } else {
                if (!begun[0]) {
                  agent.file(channel, path, NOTHING);
                }
                pieces(channel, bytes);
              }
              begun[0] = true;
            });
    if (!begun[0]) {
      agent.file(channel, path, NOTHING);
    }
  }

  /// Large content must not keep what is urgent waiting.
  private void pieces(int channel, byte[] bytes) {
    agent.send(Agent.Frame.DATA, channel, bytes, bytes.length);
    Errand errand;
    synchronized (this) {
      errand = urgent();
    }
    if (errand instanceof Errand.Pay pay) {
      grant(pay.channel, pay.bytes);
    } else if (errand instanceof Errand.Kill kill) {
      agent.send(Agent.Frame.KILL, kill.channel, NOTHING, 0);
    }
    agent.flush();
  }

  /// Where the work is done: an agent, what it runs in, and the trees that inputs are read from.
  record Site(Agent agent, Sandbox sandbox, Trees trees) {}

  private sealed interface Errand {
    record Pay(int channel, int bytes) implements Errand {}

    record Kill(int channel) implements Errand {}

    record Ask() implements Errand {}

    record Fly(DatumRun run) implements Errand {}

    record Stop() implements Errand {}
  }
}
