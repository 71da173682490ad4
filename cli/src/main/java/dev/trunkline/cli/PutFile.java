package dev.trunkline.cli;

import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CommitState;
import dev.trunkline.wire.pfs.CopyFile;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Writing of files: one stream of edits a call. 1.7 appends unless told otherwise, 2.12 replaces.
final class PutFile {
  private static final String SOURCES =
      """
      file/f*         a file or directory to put; - is standard input; may come again
      input-file/i*   a file that names what to put, one a line; - is standard input
      recursive/r     put everything below the directories
      parallelism/p*  accepted, without effect
      """;

  static final String OLD_FLAGS =
      SOURCES
          + """
          overwrite/o          replace what a file holds, instead of appending
          commit/c             deprecated: each put-file makes its own commit
          message/m*           accepted, without effect
          description*         accepted, without effect
          split*               gone since 2.0: split files in a first pipeline
          target-file-datums*  accepted, without effect
          target-file-bytes*   accepted, without effect
          """;
  static final String FLAGS =
      SOURCES
          + """
          append/a    append to what a file holds, instead of replacing it
          full-path   keep the whole path of a source, not only its last name
          untar       put the files inside a tar archive, which may be gzipped
          compress/c  accepted, without effect
          progress    accepted, without effect
          """;
  private static final int PIECE = 1 << 20;

  private PutFile() {}

  static void old(Session session, Arguments arguments) throws IOException {
    if (arguments.has("commit")) {
      session.say("flag --commit is deprecated: each put-file makes its own commit");
    }
    if (arguments.value("split").isPresent()) {
      throw new UsageError(
          "--split is gone since 2.0: put the file whole, and split it in a first pipeline that"
              + " writes one file a record to /pfs/out");
    }
    var commit = Refs.commit(session, arguments.word(0), arguments.word(1));
    var path = arguments.optional(2).orElse("");
    put(session, arguments, commit, new Target(path, arguments.has("overwrite"), true));
    settle(session, commit);
  }

  /// 1.7 comes back when the commit that it made is finished: who lists it next sees its size. One
  /// that was open before stays open, and nothing is waited for.
  private static void settle(Session session, Commit commit) {
    var info = CommitCommands.look(session, commit, CommitState.COMMIT_STATE_UNKNOWN);
    if (info.hasFinishing() && !info.hasFinished()) {
      info = CommitCommands.look(session, info.getCommit(), CommitState.FINISHED);
    }
    if (!info.getError().isEmpty()) {
      throw new Ended(
          "commit " + info.getCommit().getId() + " finished with an error: " + info.getError());
    }
  }

  static void current(Session session, Arguments arguments) throws IOException {
    var file = Refs.file(session, arguments.word(0));
    var target = new Target(file.getPath(), !arguments.has("append"), arguments.has("full-path"));
    put(session, arguments, file.getCommit(), target);
  }

  private static void put(Session session, Arguments arguments, Commit commit, Target target)
      throws IOException {
    boolean recursive = arguments.has("recursive");
    if (target.path().contains("://")) {
      session.say(
          "warning: the destination "
              + target.path()
              + " looks like a URL, but is taken as a path");
    }
    var files = new ArrayList<Source>();
    var sources = sources(session, arguments);
    for (var source : sources) {
      files.add(new Source(source, target.pathOf(source, sources.size() > 1, recursive)));
    }
    if (arguments.has("untar")) {
      files.replaceAll(file -> new Source(file.from(), target.path().replaceFirst("/+$", "")));
      files.forEach(PutFile::checkArchive);
    } else {
      check(session, files, recursive);
    }
    try (var edits = Edits.open(session, commit)) {
      var progress = new Progress(session);
      for (var file : files) {
        if (arguments.has("untar")) {
          unpacked(session, edits, file, target.replace(), progress);
        } else if (recursive) {
          tree(edits, file, target.replace(), progress);
        } else {
          send(session, edits, file, target.replace(), progress);
        }
      }
      edits.finish();
      progress.end();
    }
  }

  private static List<String> sources(Session session, Arguments arguments) throws IOException {
    var sources = new ArrayList<String>();
    for (var list : arguments.values("file")) {
      sources.addAll(List.of(list.split(",")));
    }
    for (var list : arguments.values("input-file")) {
      list(session, list)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .forEach(sources::add);
    }
    if (sources.isEmpty() && arguments.values("input-file").isEmpty()) {
      sources.add("-");
    }
    return sources;
  }

  private static String list(Session session, String name) throws IOException {
    if (name.equals("-")) {
      return new String(session.streams().in().readAllBytes(), StandardCharsets.UTF_8);
    }
    checkPresent(name);
    return Files.readString(Path.of(name));
  }

  private static void checkPresent(String name) throws IOException {
    if (name.contains("://")) {
      throw new UsageError("files from a URL are not built yet in this version: " + name);
    }
    if (!Files.exists(Path.of(name))) {
      throw new IOException("file " + name + " does not exist on this machine");
    }
  }

  /// Everything below a folder, in one pass that holds no list.
  private static void tree(Edits edits, Source source, boolean replace, Progress progress)
      throws IOException {
    var root = Path.of(source.from());
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found)
              throws IOException {
            if (found.isRegularFile() || (found.isSymbolicLink() && Files.isRegularFile(file))) {
              var path = source.to() + "/" + root.relativize(file);
              try (var in = Files.newInputStream(file)) {
                edits.put(path, in, replace, progress);
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void checkArchive(Source source) {
    if (!source.from().equals("-") && !Files.isRegularFile(Path.of(source.from()))) {
      throw new UsageError("--untar wants a tar file of this machine, not " + source.from());
    }
  }

  /// The files of an archive, which may be compressed with gzip, in one pass.
  private static void unpacked(
      Session session, Edits edits, Source source, boolean replace, Progress progress)
      throws IOException {
    try (var in = new BufferedInputStream(open(session, source), PIECE)) {
      in.mark(2);
      boolean zipped = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      var tar = new Tar(zipped ? new GZIPInputStream(in, PIECE) : in);
      for (var found = tar.next(); found.isPresent(); found = tar.next()) {
        var entry = found.get();
        if (entry.kind() == Tar.Kind.FILE) {
          var name = entry.name().replaceFirst("^(\\.?/)+", "");
          edits.put(source.to() + "/" + name, tar.content(), replace, progress);
        } else if (entry.kind() == Tar.Kind.OTHER) {
          session.say("left out, as neither a file nor a directory: " + entry.name());
        }
      }
    }
  }

  private static InputStream open(Session session, Source source) throws IOException {
    return source.from().equals("-")
        ? session.streams().in()
        : Files.newInputStream(Path.of(source.from()));
  }

  /// What can be wrong is told before anything is sent.
  private static void check(Session session, List<Source> files, boolean recursive)
      throws IOException {
    var targets = new HashSet<String>();
    for (var file : files) {
      if (!targets.add(file.to())) {
        throw new UsageError("two of the files would be written to " + file.to());
      }
      if (file.from().equals("-")) {
        if (recursive) {
          throw new UsageError("standard input cannot be put with -r");
        }
        if (file.to().isEmpty() || file.to().equals("/")) {
          throw new UsageError("must specify filename when reading data from stdin");
        }
        session.say("Reading from stdin.");
        continue;
      }
      checkPresent(file.from());
      if (Files.isDirectory(Path.of(file.from())) != recursive) {
        throw new IOException(
            recursive
                ? file.from() + " is not a directory: put it without -r"
                : file.from() + " is a directory: use -r to put everything below it");
      }
    }
  }

  private static void send(
      Session session, Edits edits, Source file, boolean replace, Progress progress)
      throws IOException {
    if (file.from().equals("-")) {
      edits.put(file.to(), session.streams().in(), replace, progress);
    } else {
      try (var in = Files.newInputStream(Path.of(file.from()))) {
        edits.put(file.to(), in, replace, progress);
      }
    }
  }

  static void delete(Session session, File file, boolean recursive) {
    try (var edits = Edits.open(session, file.getCommit())) {
      edits.delete(file.getPath());
      if (recursive) {
        edits.delete(file.getPath().replaceFirst("/*$", "/"));
      }
      edits.finish();
    }
  }

  static void copy(Session session, File source, File target, boolean append) {
    try (var edits = Edits.open(session, target.getCommit())) {
      edits.send(
          ModifyFileRequest.newBuilder()
              .setCopyFile(
                  CopyFile.newBuilder().setSrc(source).setDst(target.getPath()).setAppend(append))
              .build());
      edits.finish();
    }
  }

  private record Source(String from, String to) {}

  /// Where sources go: one goes to the path itself, several below it. Without a path they keep
  /// their own, whole or its last name only.
  private record Target(String path, boolean replace, boolean fullPath) {
    String pathOf(String source, boolean several, boolean recursive) {
      if (source.equals("-")) {
        return path;
      }
      var folder = path.replaceFirst("/+$", "");
      if (!several && !path.isEmpty() && (recursive || !path.endsWith("/"))) {
        return folder;
      }
      var own = Path.of(source).normalize();
      var last = fullPath ? own : own.getFileName();
      // The working directory and the root have no name of their own: their content has.
      var name = last == null ? "" : last.toString().replaceFirst("^/+", "");
      return name.isEmpty() ? folder : folder + "/" + name;
    }
  }
}
