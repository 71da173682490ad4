package dev.trunkline.datum;

import dev.trunkline.base.Check;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One sandbox and its agent: runs datums one after the other.
public final class Worker implements DatumWorker {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Agent agent;
  private final String name;
  private final Trees trees;
  private final Sandbox sandbox;
  private final Map<String, String> surroundings;
  private final AtomicInteger channels = new AtomicInteger();
  private volatile @Nullable Shift shift;

  /// A worker that is called `name` where programs ask, and whose agent runs in `sandbox`;
  /// `surroundings` are variables that every program of it finds.
  public Worker(
      Agent agent, String name, Trees trees, Sandbox sandbox, Map<String, String> surroundings) {
    this.surroundings = Map.copyOf(surroundings);
    this.agent = agent;
    this.name = name;
    this.trees = trees;
    this.sandbox = sandbox;
  }

  /// Runs the datums of `feed` until it has no more. A feed that fails ends the work once what runs
  /// has ended; the worker is of no further use if anything else fails.
  @Override
  public void work(DatumFeed feed) {
    var site = new Shift.Site(agent, sandbox, trees);
    var now = new Shift(site, feed, this::environment, channels::incrementAndGet);
    shift = now;
    try {
      now.work();
    } finally {
      shift = null;
    }
  }

  /// Runs one datum to its end, all attempts included.
  public DatumOutcome run(DatumTask task, Appender appender, LogSink log) {
    var tasks = List.of(task).iterator();
    var result = new AtomicReference<@Nullable DatumOutcome>();
    work(
        new DatumFeed() {
          @Override
          public Optional<DatumTask> next() {
            return tasks.hasNext() ? Optional.of(tasks.next()) : Optional.empty();
          }

          @Override
          public Appender output(DatumTask of) {
            return appender;
          }

          @Override
          public void log(DatumTask of, boolean user, String text) {
            log.line(user, text);
          }

          @Override
          public void done(DatumTask of, DatumOutcome outcome) {
            result.set(outcome);
          }
        });
    return Check.present(result.get(), "a datum that was taken has an outcome");
  }

  /// The environment of a container, then what the pipeline says, then what differs per datum.
  private List<String> environment(DatumTask task) {
    var environment = new TreeMap<String, String>();
    environment.put("PATH", PATH);
    environment.put("HOME", "/tmp");
    environment.put("PACH_IN_WORKER", "true");
    environment.put("PACH_NAMESPACE", "default");
    environment.put("PPS_POD_NAME", name);
    environment.put("PPS_WORKER_IP", "127.0.0.1");
    environment.putAll(surroundings);
    environment.putAll(task.program().environment());
    environment.putAll(task.environment());
    environment.put("PACH_DATUM_ID", task.id());
    for (var input : task.inputs()) {
      environment.put(input.name(), "/pfs/" + input.name() + below(input.entry()));
      environment.put(input.name() + "_COMMIT", input.commit());
    }
    return environment.entrySet().stream().map(v -> v.getKey() + "=" + v.getValue()).toList();
  }

  private static String below(Entry entry) {
    return entry.path().isRoot() ? "" : entry.path().text();
  }

  @Override
  public void kill(String datum) {
    var now = shift;
    if (now != null) {
      now.kill(datum);
    }
  }

  @Override
  public boolean isReady() {
    return agent.isAlive() && sandbox.isSound();
  }

  /// Ends the agent and everything in its sandbox, whatever runs there.
  @Override
  public void close() {
    agent.close();
    sandbox.discard();
  }
}
