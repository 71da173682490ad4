package dev.trunkline.datum;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.content.FileSets;
import dev.trunkline.content.Trees;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The folder that a sandbox shows as `/pfs`: a scratch tree for the datum, and links to its parts.
final class PfsFolder {
  private static final int PIECE = 1 << 20;

  private final Path root;
  private final Trees trees;
  private long number;

  PfsFolder(Path root, Trees trees) {
    this.root = root;
    this.trees = trees;
  }

  private Path scratch() {
    return root.resolve(".scratch").resolve(Long.toString(number));
  }

  /// Writes the inputs of a datum out, afresh, and an empty `out`.
  void lay(DatumTask task, Map<String, String> environment) throws IOException {
    clear();
    number++;
    Files.createDirectories(scratch().resolve("out"));
    for (var input : task.inputs()) {
      var folder = scratch().resolve(input.name());
      Files.createDirectories(folder);
      write(folder, input.entry());
      link(input.name());
    }
    link("out");
    var lines = environment.entrySet().stream().map(v -> v.getKey() + "=" + v.getValue()).toList();
    Files.write(scratch().resolve(".env"), lines);
    link(".env");
  }

  private void link(String name) throws IOException {
    var link = root.resolve(name);
    if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(link, Path.of("/pfs/.scratch", Long.toString(number), name));
    }
  }

  private void write(Path folder, Entry entry) throws IOException {
    switch (entry) {
      case Entry.OfFile file -> write(folder, file);
      case Entry.OfDirectory directory -> {
        Files.createDirectories(at(folder, directory.path()));
        for (var below = trees.list(directory.root(), FilePath.ROOT); below.hasNext(); ) {
          write(at(folder, directory.path()), below.next());
        }
      }
    }
  }

  private void write(Path folder, Entry.OfFile file) throws IOException {
    var target = at(folder, file.path());
    Files.createDirectories(target.resolveSibling("."));
    try (OutputStream out = Files.newOutputStream(target)) {
      trees.reader().read(file.content(), 0, bytes -> write(out, bytes));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path at(Path folder, FilePath path) {
    return path.isRoot() ? folder : folder.resolve(path.text().substring(1));
  }

  /// Adds what lies in `out` to `set` under the datum's id, and returns how many bytes that was.
  /// Every process of the datum is dead by now.
  long collect(String datum, FileSets.Writer set) throws IOException {
    return collect(scratch().resolve("out"), FilePath.ROOT, datum, set);
  }

  private long collect(Path folder, FilePath path, String datum, FileSets.Writer set)
      throws IOException {
    List<Path> children;
    try (var listed = Files.list(folder)) {
      children = listed.sorted().toList();
    }
    long bytes = 0;
    for (var child : children) {
      var name = child.getFileName().toString();
      var target = checked(path, name);
      var real = resolved(child, target);
      if (Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
        bytes += collect(real, target, datum, set);
      } else if (Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        bytes += add(real, target, datum, set);
      }
    }
    return bytes;
  }

  private static FilePath checked(FilePath path, String name) {
    try {
      return FilePath.checked(path.child(name).text());
    } catch (Refusal e) {
      throw new OutputRefused(
          "cannot upload file produced by the user code because its name cannot be represented in PFS: "
              + e.text());
    }
  }

  /// Where a link leads, seen with the eyes of the sandbox; links to links are followed a few
  /// steps.
  private Path resolved(Path file, FilePath shown) throws IOException {
    var current = file;
    for (int step = 0; Files.isSymbolicLink(current); step++) {
      var link = Files.readSymbolicLink(current);
      var target = current.resolveSibling(link).normalize();
      if (link.startsWith("/pfs")) {
        target = throughInput(root.resolve(Path.of("/pfs").relativize(link)).normalize());
      }
      if (step > 16 || !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new OutputRefused("the link " + shown + " leads nowhere (" + link + ")");
      }
      current = target;
    }
    return current;
  }

  /// The links `/pfs/<name>` themselves point into the scratch tree by the sandbox's names.
  private Path throughInput(Path target) {
    if (!target.startsWith(root)) {
      return target;
    }
    var rest = root.relativize(target);
    boolean named = rest.getNameCount() > 0 && !rest.getName(0).toString().equals(".scratch");
    return named ? scratch().resolve(rest) : target;
  }

  private static long add(Path file, FilePath path, String datum, FileSets.Writer set)
      throws IOException {
    var content = set.content();
    long bytes = 0;
    try (var in = Files.newInputStream(file)) {
      for (var piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
        content.write(piece, 0, piece.length);
        bytes += piece.length;
      }
    }
    set.append(path, datum, content.finish());
    return bytes;
  }

  private void clear() throws IOException {
    List<Path> old;
    try (var files = Files.walk(root)) {
      old = files.filter(f -> !f.equals(root)).sorted(Comparator.reverseOrder()).toList();
    }
    for (var file : old) {
      Files.deleteIfExists(file);
    }
  }
}
