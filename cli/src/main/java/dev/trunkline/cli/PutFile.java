package dev.trunkline.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.trunkline.wire.pfs.AddFile;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.CopyFile;
import dev.trunkline.wire.pfs.DeleteFile;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.ModifyFileRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writing of files: one stream of edits a call. 1.7 appends unless told otherwise, 2.12 replaces.
final class PutFile {
  static final String OLD_FLAGS =
      "file/f* input-file/i* recursive/r parallelism/p* overwrite/o commit/c message/m* description*";
  static final String FLAGS =
      "file/f* input-file/i* recursive/r parallelism/p* append/a compress/c progress full-path";
  private static final int PIECE = 1 << 20;

  private PutFile() {}

  static void old(Session session, Arguments arguments) throws IOException {
    if (arguments.has("commit")) {
      session.say("flag --commit is deprecated: each put-file makes its own commit");
    }
    var commit = Refs.commit(session, arguments.word(0), arguments.word(1));
    var path = arguments.optional(2).orElse("");
    put(session, arguments, commit, new Target(path, arguments.has("overwrite"), true));
  }

  static void current(Session session, Arguments arguments) throws IOException {
    var file = Refs.file(session, arguments.word(0));
    var target = new Target(file.getPath(), !arguments.has("append"), arguments.has("full-path"));
    put(session, arguments, file.getCommit(), target);
  }

  private static void put(Session session, Arguments arguments, Commit commit, Target target)
      throws IOException {
    var sources = new ArrayList<>(arguments.values("file"));
    for (var list : arguments.values("input-file")) {
      sources.addAll(Files.readAllLines(Path.of(list)));
    }
    if (sources.isEmpty()) {
      sources.add("-");
    }
    var files = new ArrayList<Source>();
    for (var source : sources) {
      var path = target.pathOf(source, sources.size() > 1);
      if (arguments.has("recursive")) {
        addTree(source, path, files);
      } else {
        files.add(new Source(source, path));
      }
    }
    check(session, files);
    try (var edits = Edits.open(session, commit)) {
      for (var file : files) {
        send(session, edits, file, target.replace());
      }
      edits.finish();
    }
  }

  private static void addTree(String source, String target, List<Source> files) throws IOException {
    var root = Path.of(source);
    try (var found = Files.walk(root)) {
      for (var file : found.filter(Files::isRegularFile).sorted().toList()) {
        files.add(new Source(file.toString(), target + "/" + root.relativize(file)));
      }
    }
  }

  private static void check(Session session, List<Source> files) throws IOException {
    for (var file : files) {
      if (file.from().equals("-")) {
        if (file.to().isEmpty() || file.to().equals("/")) {
          throw new UsageError("must specify filename when reading data from stdin");
        }
        session.say("Reading from stdin.");
      } else if (file.from().contains("://")) {
        throw new UsageError("files from a URL are not built yet in this version: " + file.from());
      } else if (!Files.exists(Path.of(file.from()))) {
        throw new IOException("file " + file.from() + " does not exist on this machine");
      } else if (Files.isDirectory(Path.of(file.from()))) {
        throw new IOException(file.from() + " is a directory: use -r to put everything below it");
      }
    }
  }

  private static void send(Session session, Edits edits, Source file, boolean replace)
      throws IOException {
    if (replace) {
      edits.send(delete(file.to()));
    }
    edits.send(add(file.to(), ByteString.EMPTY));
    if (file.from().equals("-")) {
      send(edits, file.to(), session.streams().in());
    } else {
      try (var in = Files.newInputStream(Path.of(file.from()))) {
        send(edits, file.to(), in);
      }
    }
  }

  private static void send(Edits edits, String path, InputStream in) throws IOException {
    for (var piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
      edits.send(add(path, ByteString.copyFrom(piece)));
    }
  }

  private static ModifyFileRequest add(String path, ByteString bytes) {
    return ModifyFileRequest.newBuilder()
        .setAddFile(AddFile.newBuilder().setPath(path).setRaw(BytesValue.of(bytes)))
        .build();
  }

  private static ModifyFileRequest delete(String path) {
    return ModifyFileRequest.newBuilder()
        .setDeleteFile(DeleteFile.newBuilder().setPath(path))
        .build();
  }

  static void delete(Session session, File file, boolean recursive) {
    try (var edits = Edits.open(session, file.getCommit())) {
      edits.send(delete(file.getPath()));
      if (recursive) {
        edits.send(delete(file.getPath().replaceFirst("/*$", "/")));
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

  /// Where sources go: one goes to the path itself, several below it.
  private record Target(String path, boolean replace, boolean fullPath) {
    String pathOf(String source, boolean several) {
      if (!several && !path.isEmpty() && !path.endsWith("/")) {
        return path;
      }
      if (source.equals("-")) {
        return path;
      }
      var file = Path.of(source);
      var name =
          fullPath ? source.replaceFirst("^(\\.?/)+", "") : String.valueOf(file.getFileName());
      return path.replaceFirst("/*$", "") + "/" + name;
    }
  }
}
