package dev.trunkline.datum;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Failure;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.content.FileRef;
import dev.trunkline.content.FileSets;
import dev.trunkline.content.FileWriter;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a program left in `/pfs/out`, as the agent sends it: file by file, none of them in memory.
/// The first thing that cannot be stored refuses all of it.
final class Outputs {
  private final DatumFeed feed;
  private final DatumTask task;
  private final Trees trees;
  private FileSets.@Nullable Writer set;
  private @Nullable FileWriter content;
  private FilePath path = FilePath.ROOT;
  private String refusal = "";
  private long bytes;

  Outputs(DatumFeed feed, DatumTask task, Trees trees) {
    this.feed = feed;
    this.task = task;
    this.trees = trees;
  }

  /// Takes a frame that begins a file.
  void begin(Agent.Frame frame) {
    endFile();
    var body = frame.numbers();
    int length = body.getInt();
    var name = new String(frame.body(), 4, length, ISO_8859_1);
    if (!refusal.isEmpty() || !named(name)) {
      return;
    }
    int data = 4 + length + 1;
    if (frame.body()[data - 1] == 'r') {
      var input = new String(frame.body(), data, frame.body().length - data, UTF_8);
      set().append(path, task.id(), input(input));
    } else {
      content = set().content();
      write(frame.body(), data);
    }
  }

  private boolean named(String name) {
    try {
      path = FilePath.checked(name);
      return true;
    } catch (Refusal e) {
      refuse(
          "cannot upload file produced by the user code because its name cannot be represented in"
              + " PFS: "
              + e.text()
              + "; write it under another name");
      return false;
    }
  }

  private FileSets.Writer set() {
    if (set == null) {
      set = trees.fileSets().writer(feed.output(task));
    }
    return set;
  }

  /// The content of an input that was not touched; of two inputs that share a path, the later one.
  private FileRef input(String shown) {
    int slash = shown.indexOf('/');
    var below = FilePath.clean(shown.substring(slash));
    for (var input : task.inputs().reversed()) {
      if (input.name().equals(shown.substring(0, slash))) {
        var found = find(input.entry(), below);
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    throw new Failure(
        Failure.Kind.CORRUPT, "the agent named an input that was not given: " + shown);
  }

  private Optional<FileRef> find(Entry entry, FilePath wanted) {
    return switch (entry) {
      case Entry.OfFile file ->
          file.path().equals(wanted) ? Optional.of(file.content()) : Optional.empty();
      case Entry.OfDirectory directory -> {
        if (!directory.path().holds(wanted) || directory.path().equals(wanted)) {
          yield Optional.empty();
        }
        int skip = directory.path().isRoot() ? 0 : directory.path().text().length();
        var below = new FilePath(wanted.text().substring(skip));
        yield trees
            .stat(directory.root(), below)
            .flatMap(
                e -> e instanceof Entry.OfFile f ? Optional.of(f.content()) : Optional.empty());
      }
    };
  }

  /// Takes more bytes of the file that was begun.
  void more(byte[] more) {
    write(more, 0);
  }

  private void write(byte[] from, int offset) {
    if (content != null) {
      content.write(from, offset, from.length - offset);
      bytes += from.length - offset;
    }
  }

  private void endFile() {
    if (content != null) {
      set().append(path, task.id(), content.finish());
      content = null;
    }
  }

  /// Takes a frame that says what cannot be stored.
  void bad(byte[] body) {
    int zero = 0;
    while (body[zero] != 0) {
      zero++;
    }
    var at = "/pfs/out" + new String(body, 1, zero - 1, UTF_8);
    var details = new String(Arrays.copyOfRange(body, zero + 1, body.length), UTF_8);
    refuse(
        switch ((char) body[0]) {
          case 'd' -> dangling(at, details);
          case 'l' -> "the link " + at + " leads to a folder that holds it (" + details + ")";
          case 's' ->
              "the link %s leads to something that is neither a file nor a folder (%s)"
                  .formatted(at, details);
          case 'p' -> "the path " + at + " is too long or too deep to be stored";
          case 'o' -> "the program removed /pfs/out, or put something else in its place";
          default -> "could not read the output " + at + ": " + details;
        });
  }

  private String dangling(String at, String target) {
    if (target.startsWith("/pfs/")) {
      var name = target.substring("/pfs/".length()).split("/", 2)[0];
      if (!name.equals("out") && task.inputs().stream().noneMatch(i -> i.name().equals(name))) {
        return "could not find input %s, to which the link %s leads (%s)"
            .formatted(name, at, target);
      }
    }
    return "the link %s leads nowhere (%s); write the file, or link to one that exists"
        .formatted(at, target);
  }

  private void refuse(String reason) {
    refusal = refusal.isEmpty() ? reason : refusal;
    content = null;
  }

  /// Why nothing of it can be stored; empty where all can.
  String refusal() {
    return refusal;
  }

  /// Bytes that were stored.
  long bytes() {
    return bytes;
  }

  /// All of it, as a file set.
  Root finish() {
    endFile();
    return set == null ? Root.EMPTY : set.finish();
  }
}
