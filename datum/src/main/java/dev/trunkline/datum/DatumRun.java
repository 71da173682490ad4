package dev.trunkline.datum;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.DatumOutcome.State;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// A datum on its way: what the agent has told of its attempts.
final class DatumRun {
  private static final Clock CLOCK = Clock.system();

  private final DatumTask task;
  private final DatumFeed feed;
  private final Trees trees;
  private final Sandbox sandbox;
  private final Lines[] lines;
  private Outputs outputs;
  private int channel;
  private int attempt;
  private int announced;
  private boolean recovered;
  private String reason = "";
  private long nanos;
  private List<String> environment = List.of();
  private final AtomicLong laidNanos = new AtomicLong();
  private long endedAt;

  DatumRun(DatumTask task, DatumFeed feed, Trees trees, Sandbox sandbox) {
    this.task = task;
    this.feed = feed;
    this.trees = trees;
    this.sandbox = sandbox;
    this.outputs = new Outputs(feed, task, trees);
    this.lines =
        new Lines[] {
          new Lines(text -> feed.log(task, true, text)),
          new Lines(text -> feed.log(task, true, text))
        };
  }

  DatumTask task() {
    return task;
  }

  int channel() {
    return channel;
  }

  /// How long the program of the last attempt ran.
  long nanos() {
    return nanos;
  }

  /// Begins the next attempt on a channel of its own.
  void attempt(int onChannel) {
    channel = onChannel;
    attempt++;
    reason = "";
    outputs = new Outputs(feed, task, trees);
  }

  /// Notes what the program will see, and how long it took to lay out its inputs.
  void laid(List<String> environment, long sinceNanos) {
    this.environment = environment;
    laidNanos.addAndGet(CLOCK.nanos() - sinceNanos);
  }

  /// Says once for each attempt that it is about to begin.
  void announce() {
    if (announced == attempt) {
      return;
    }
    feed.log(
        task,
        false,
        announced == 0
            ? "started datum " + task.id()
            : "attempt %d of %d".formatted(attempt, task.program().tries()));
    announced = attempt;
    feed.started(task);
  }

  /// Takes a frame of the attempt; what became of the datum, where this was the last of all.
  Optional<DatumOutcome> take(Agent.Frame frame) {
    switch (frame.type()) {
      case Agent.Frame.OUT -> lines[0].add(frame.body());
      case Agent.Frame.ERR -> lines[1].add(frame.body());
      case Agent.Frame.ENDED -> ended(frame);
      case Agent.Frame.REFUSED -> refused(frame.body());
      case Agent.Frame.TROUBLE -> throw trouble(text(frame.body()));
      case Agent.Frame.OUTPUT -> outputs.begin(frame);
      case Agent.Frame.MORE -> outputs.more(frame.body());
      case Agent.Frame.BAD -> outputs.bad(frame.body());
      case Agent.Frame.DONE -> {
        return over();
      }
      default -> throw new Failure(Failure.Kind.CORRUPT, "unknown frame " + frame.type());
    }
    return Optional.empty();
  }

  private static String text(byte[] body) {
    return new String(body, 1, body.length - 1, UTF_8);
  }

  private static Failure trouble(String text) {
    var kind =
        text.contains("No space left") || text.contains("quota")
            ? Failure.Kind.FULL
            : Failure.Kind.UNAVAILABLE;
    return new Failure(
        kind, "a worker " + text + "; its folders lie in scratch/ of the data folder");
  }

  private void ended(Agent.Frame frame) {
    var numbers = frame.numbers();
    boolean onError = numbers.getInt() == 1;
    int code = numbers.getInt();
    int signal = numbers.getInt();
    boolean late = numbers.getInt() == 1;
    long took = numbers.getLong();
    var program = task.program();
    boolean good = !late && signal == 0 && (code == 0 || program.accepted().contains((long) code));
    for (var pending : lines) {
      pending.finish();
    }
    var blame = sandbox.blame();
    if (onError) {
      recovered |= good;
      return;
    }
    nanos = took;
    endedAt = CLOCK.nanos();
    if (!good) {
      var name = program.command().getFirst();
      var limit = program.timeout().orElse(Duration.ZERO);
      var how =
          late
              ? "it took longer than the datum timeout of " + seconds(limit)
              : signal != 0
                  ? name + " was killed by signal " + signal
                  : name + " exited with code " + code;
      failed(blame.isEmpty() ? how : how + ": " + blame);
    }
  }

  private void failed(String why) {
    reason = why;
    var took = seconds(Duration.ofNanos(nanos));
    feed.log(task, false, "errored running user code after " + took + ": " + why);
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s";
  }

  private void refused(byte[] body) {
    var why = text(body);
    if (body[0] == '1') {
      feed.log(task, false, "the error command: " + why + cure(why, "transform.err_cmd"));
    } else {
      failed(why + cure(why, "transform.cmd"));
    }
  }

  private static String cure(String reason, String field) {
    if (reason.contains("Permission denied")) {
      return "; make it executable (chmod +x) or name its interpreter in " + field;
    }
    if (reason.contains("Exec format error")) {
      return "; begin it with a line like #!/bin/sh or name its interpreter in " + field;
    }
    return reason.contains("No such file")
        ? "; " + field + " must name a program that exists (so must the #! line of a script)"
        : "";
  }

  private Optional<DatumOutcome> over() {
    if (reason.isEmpty()) {
      var root = outputs.finish();
      if (outputs.refusal().isEmpty()) {
        return Optional.of(outcome(State.PROCESSED, root));
      }
      reason = outputs.refusal();
      feed.log(task, false, reason);
    }
    if (attempt < task.program().tries()) {
      return Optional.empty();
    }
    return Optional.of(outcome(recovered ? State.RECOVERED : State.FAILED, Root.EMPTY));
  }

  private DatumOutcome outcome(State state, Root root) {
    long downloaded = task.inputs().stream().mapToLong(input -> input.entry().size()).sum();
    boolean stored = state == State.PROCESSED;
    long uploaded = stored ? outputs.bytes() : 0;
    long uploadNanos = stored ? CLOCK.nanos() - endedAt : 0;
    var cost = new Cost(downloaded, uploaded, laidNanos.get(), nanos, uploadNanos);
    return new DatumOutcome(state, reason, root, cost, environment, attempt);
  }
}
