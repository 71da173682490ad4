package dev.trunkline.runners;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Check;
import dev.trunkline.base.FilePath;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.DatumFeed;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.datum.DatumTask;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A list of datums to run, and what became of them.
class Datums implements DatumFeed {
  private final Queue<DatumTask> tasks;
  private final Trees trees;
  private final Appender appender;
  private final Map<String, DatumOutcome> outcomes = new ConcurrentHashMap<>();
  private final Queue<String> log = new ConcurrentLinkedQueue<>();

  Datums(List<DatumTask> tasks, Trees trees, Appender appender) {
    this.tasks = new ArrayDeque<>(tasks);
    this.trees = trees;
    this.appender = appender;
  }

  @Override
  public synchronized Optional<DatumTask> next() {
    return Optional.ofNullable(tasks.poll());
  }

  @Override
  public Appender output(DatumTask task) {
    return appender;
  }

  @Override
  public void log(DatumTask task, boolean user, String text) {
    log.add((user ? "user: " : "") + text);
  }

  @Override
  public void done(DatumTask task, DatumOutcome outcome) {
    outcomes.put(task.id(), outcome);
  }

  DatumOutcome outcome(String id) {
    return Check.present(outcomes.get(id), "the datum ended");
  }

  /// How many have not been taken yet.
  synchronized int left() {
    return tasks.size();
  }

  Queue<String> log() {
    return log;
  }

  /// The text of every file that the datum wrote.
  Map<String, String> files(String id) {
    var files = new TreeMap<String, String>();
    var root = trees.apply(Root.EMPTY, outcome(id).output(), appender);
    trees
        .walk(root, FilePath.ROOT)
        .forEachRemaining(entry -> {
          if (entry instanceof Entry.OfFile file) {
            var out = new ByteArrayOutputStream();
            trees.reader().read(file.content(), 0, out::writeBytes);
            files.put(file.path().text(), out.toString(UTF_8));
          }
        });
    return files;
  }
}
