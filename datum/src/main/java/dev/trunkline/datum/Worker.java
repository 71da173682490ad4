package dev.trunkline.datum;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Clock;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Scope;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// One sandbox and its agent: runs datums one after the other.
public final class Worker implements AutoCloseable {
  private final Agent agent;
  private final PfsFolder pfs;
  private final Trees trees;
  private final Clock clock;

  /// A worker whose sandbox shows `pfs` as `/pfs`.
  public Worker(Agent agent, Path pfs, Trees trees, Clock clock) {
    this.agent = agent;
    this.pfs = new PfsFolder(pfs, trees);
    this.trees = trees;
    this.clock = clock;
  }

  /// Runs the datums of `feed` until it has no more.
  public void work(DatumFeed feed) {
    for (var task = feed.next(); task.isPresent(); task = feed.next()) {
      var now = task.get();
      feed.log(now, false, "started datum " + now.id());
      feed.done(now, run(now, feed.output(now), (user, text) -> feed.log(now, user, text)));
    }
  }

  /// Runs a datum to its end, all attempts included.
  public DatumOutcome run(DatumTask task, Appender appender, LogSink log) {
    var program = task.program();
    boolean recovered = false;
    var reason = "";
    long spent = 0;
    long downloaded = task.inputs().stream().mapToLong(input -> input.entry().size()).sum();
    for (int attempt = 1; attempt <= program.tries(); attempt++) {
      try {
        pfs.lay(task, environment(task));
        long start = clock.nanos();
        reason = attempt(task, program.command(), program.stdin(), log);
        spent += clock.since(start).toNanos();
        if (reason.isEmpty()) {
          var set = trees.fileSets().writer(appender);
          long uploaded = pfs.collect(task.id(), set);
          return new DatumOutcome(
              DatumOutcome.State.PROCESSED, "", set.finish(), downloaded, uploaded, spent, attempt);
        }
        log.line(
            false, "errored running user code after " + Duration.ofNanos(spent) + ": " + reason);
        if (!program.errorCommand().isEmpty()) {
          recovered |= attempt(task, program.errorCommand(), program.errorStdin(), log).isEmpty();
        }
      } catch (OutputRefused e) {
        reason = String.valueOf(e.getMessage());
        log.line(false, reason);
      } catch (IOException e) {
        throw new Failure(
            Failure.Kind.UNAVAILABLE, "could not prepare a datum: " + e.getMessage(), e);
      }
    }
    var state = recovered ? DatumOutcome.State.RECOVERED : DatumOutcome.State.FAILED;
    return new DatumOutcome(state, reason, Root.EMPTY, downloaded, 0, spent, program.tries());
  }

  private static Map<String, String> environment(DatumTask task) {
    var environment = new TreeMap<String, String>();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("HOME", "/tmp");
    environment.put("PACH_IN_WORKER", "true");
    environment.putAll(task.program().environment());
    environment.putAll(task.environment());
    environment.put("PACH_DATUM_ID", task.id());
    for (var input : task.inputs()) {
      environment.put(input.name(), "/pfs/" + input.name() + below(input.entry()));
      environment.put(input.name() + "_COMMIT", input.commit());
    }
    return environment;
  }

  private static String below(Entry entry) {
    return entry.path().isRoot() ? "" : entry.path().text();
  }

  /// Why the attempt failed; empty where it did not.
  private String attempt(DatumTask task, List<String> command, List<String> stdin, LogSink log) {
    var program = task.program();
    var text = stdin.isEmpty() ? "" : String.join("\n", stdin) + "\n";
    var folder = program.workingDirectory();
    var spawn =
        new Agent.Spawn(
            command, environment(task), folder.isEmpty() ? "/" : folder, Bytes.of(text));
    var ended = new AtomicBoolean();
    var late = new AtomicBoolean();
    program
        .timeout()
        .ifPresent(limit -> Scope.detached("deadline", () -> killAfter(limit, ended, late)));
    var exit = agent.run(spawn, log);
    synchronized (ended) {
      ended.set(true);
      ended.notifyAll();
    }
    if (late.get()) {
      return "it took longer than the datum timeout of " + program.timeout().orElseThrow();
    }
    return switch (exit) {
      case Agent.Exit.NotStarted refused -> refused.reason() + cure(refused.reason());
      case Agent.Exit.Ended end when end.signal() != 0 ->
          command.getFirst() + " was killed by signal " + end.signal();
      case Agent.Exit.Ended end ->
          end.code() == 0 || program.accepted().contains((long) end.code())
              ? ""
              : command.getFirst() + " exited with code " + end.code();
    };
  }

  private static String cure(String reason) {
    if (reason.contains("Permission denied")) {
      return "; make it executable (chmod +x) or name its interpreter in transform.cmd";
    }
    return reason.contains("No such file") ? "; transform.cmd must name a program that exists" : "";
  }

  private void killAfter(Duration limit, AtomicBoolean ended, AtomicBoolean late) {
    long deadline = clock.nanos() + limit.toNanos();
    synchronized (ended) {
      try {
        for (long left = limit.toNanos();
            !ended.get() && left > 0;
            left = deadline - clock.nanos()) {
          ended.wait(Math.max(1, left / 1_000_000));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (!ended.get()) {
        late.set(true);
        agent.kill();
      }
    }
  }

  /// Kills what runs now.
  public void kill() {
    agent.kill();
  }

  @Override
  public void close() {
    agent.close();
  }
}
