package dev.trunkline.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.content.Entry;
import dev.trunkline.content.FileRef;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.Cost;
import dev.trunkline.datum.DatumFeed;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.datum.DatumTask;
import dev.trunkline.datum.DatumWorker;
import dev.trunkline.datum.Program;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/// Workers without processes: each copies its input files to its output, as real file sets. A file
/// with the text `fail` fails its datum, `recover` recovers it; one with the text `hold` waits for
/// [#held].
final class CopyingRunner implements Runner {
  private final Trees trees;
  private final int slots;
  final ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<String> started = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<String> closed = new ConcurrentLinkedQueue<>();
  final Semaphore reached = new Semaphore(0);
  final Semaphore held = new Semaphore(0);

  CopyingRunner(Trees trees, int slots) {
    this.trees = trees;
    this.slots = slots;
  }

  @Override
  public DatumWorker start(String name, Program program) {
    started.add(name);
    return new Copier(name);
  }

  @Override
  public String objection(String image) {
    return image.equals("unknown") ? "image unknown is not here: name another" : "";
  }

  @Override
  public int slots() {
    return slots;
  }

  private String text(FileRef content) {
    var out = new ByteArrayOutputStream();
    trees.reader().read(content, 0, out::writeBytes);
    return out.toString(UTF_8);
  }

  private final class Copier implements DatumWorker {
    private final String name;
    private volatile Thread thread = Thread.currentThread();
    private volatile boolean ended;

    Copier(String name) {
      this.name = name;
    }

    @Override
    public void work(DatumFeed feed) {
      thread = Thread.currentThread();
      for (var task = feed.next(); task.isPresent(); task = feed.next()) {
        feed.log(task.get(), false, "started datum " + task.get().id());
        feed.done(task.get(), run(task.get(), feed));
        if (ended) {
          return;
        }
      }
    }

    private DatumOutcome run(DatumTask task, DatumFeed feed) {
      var state = DatumOutcome.State.PROCESSED;
      var set = trees.fileSets().writer(feed.output(task));
      for (var input : task.inputs()) {
        for (var below =
                trees.walk(
                    input.entry() instanceof Entry.OfDirectory d ? d.root() : Root.EMPTY,
                    _ -> true);
            below.hasNext(); ) {
          if (below.next() instanceof Entry.OfFile file) {
            set.append(file.path(), task.id(), file.content());
          }
        }
        if (input.entry() instanceof Entry.OfFile file) {
          ran.add(file.path().text());
          state = did(file, state);
          set.append(file.path(), task.id(), file.content());
        }
      }
      boolean good = state == DatumOutcome.State.PROCESSED;
      var output = set.finish();
      return new DatumOutcome(
          state,
          good ? "" : "it said so",
          good ? output : Root.EMPTY,
          new Cost(1, 1, 1, 1, 1),
          List.of("A=1"),
          1);
    }

    private DatumOutcome.State did(Entry.OfFile file, DatumOutcome.State before) {
      var text = text(file.content());
      if (text.equals("hold")) {
        reached.release();
        try {
          held.acquire();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new java.util.concurrent.CancellationException("killed");
        }
      }
      return switch (text) {
        case "fail" -> DatumOutcome.State.FAILED;
        case "recover" -> DatumOutcome.State.RECOVERED;
        default -> before;
      };
    }

    @Override
    public void kill(String datum) {
      thread.interrupt();
    }

    @Override
    public boolean isReady() {
      return !ended;
    }

    @Override
    public void close() {
      if (!ended) {
        closed.add(name);
      }
      ended = true;
      if (thread != Thread.currentThread()) {
        thread.interrupt();
      }
    }
  }

  /// What ran since the last call, sorted.
  List<String> taken() {
    var taken = ran.stream().sorted().toList();
    ran.clear();
    return taken;
  }
}
