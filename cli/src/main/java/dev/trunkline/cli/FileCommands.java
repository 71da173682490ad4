package dev.trunkline.cli;

import com.google.protobuf.BytesValue;
import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.GlobFileRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/// Writing, fetching, copying and deleting of files.
final class FileCommands {
  private FileCommands() {}

  static List<Command> all() {
    var getting =
        """
        output/o*       write to this file, or with -r into this directory
        recursive/r     fetch everything below the path; wants -o
        offset*         begin so many bytes into the file
        progress        accepted, without effect
        retry           accepted, without effect
        parallelism/p*  accepted, without effect
        """;
    return List.of(
        new Command(
            "put-file", PutFile.OLD_FLAGS, 2, 3, "REPO BRANCH [PATH] -f FILE", PutFile::old),
        new Command(
            "put file", PutFile.FLAGS, 1, 1, "REPO@BRANCH[:/PATH] -f FILE", PutFile::current),
        new Command("get-file", getting, 3, 3, "REPO COMMIT PATH", FileCommands::getOld),
        new Command(
            "get file",
            getting,
            1,
            1,
            "REPO@COMMIT:/PATH",
            (s, a) -> get(s, a, Refs.file(s, a.word(0)))),
        new Command(
            "delete-file",
            "",
            3,
            3,
            "REPO COMMIT PATH",
            (s, a) -> PutFile.delete(s, old(s, a), true)),
        new Command(
            "delete file",
            "recursive/r delete everything below the path too",
            1,
            1,
            "REPO@COMMIT:/PATH",
            (s, a) -> PutFile.delete(s, Refs.file(s, a.word(0)), a.has("recursive"))),
        new Command(
            "copy-file",
            "overwrite/o replace what the target holds, instead of appending",
            6,
            6,
            "REPO COMMIT PATH REPO BRANCH PATH",
            (s, a) -> PutFile.copy(s, file(s, a, 0), file(s, a, 3), !a.has("overwrite"))),
        new Command(
            "copy file",
            "append/a append to what the target holds, instead of replacing it",
            2,
            2,
            "REPO@COMMIT:/PATH REPO@BRANCH:/PATH",
            (s, a) ->
                PutFile.copy(
                    s, Refs.file(s, a.word(0)), Refs.file(s, a.word(1)), a.has("append"))));
  }

  /// The file that three words name in 1.7's way; without the third, the root.
  static File old(Session session, Arguments arguments) {
    return file(session, arguments, 0);
  }

  static File file(Session session, Arguments arguments, int from) {
    Commit commit = Refs.commit(session, arguments.word(from), arguments.word(from + 1));
    return Refs.file(commit, arguments.optional(from + 2).orElse(""));
  }

  /// Whether a path is a pattern.
  static boolean isPattern(String path) {
    return path.matches(".*[*?\\[{].*");
  }

  /// In 1.7 the path may be a pattern, whose matches follow each other.
  private static void getOld(Session session, Arguments arguments) throws IOException {
    var file = old(session, arguments);
    if (!isPattern(file.getPath()) || arguments.has("recursive")) {
      get(session, arguments, file);
      return;
    }
    var request =
        GlobFileRequest.newBuilder().setCommit(file.getCommit()).setPattern(file.getPath());
    var found = session.stream(APIGrpc.getGlobFileMethod(), request.build());
    if (!found.hasNext()) {
      throw io.grpc.Status.NOT_FOUND
          .withDescription("file " + file.getPath() + " not found: nothing matches the pattern")
          .asRuntimeException();
    }
    try (var out = output(session, arguments)) {
      while (found.hasNext()) {
        copy(pieces(session, found.next().getFile(), 0), out);
      }
    }
  }

  private static void get(Session session, Arguments arguments, File file) throws IOException {
    if (arguments.has("recursive")) {
      var target = arguments.value("output").orElseThrow(() -> new UsageError("-r needs -o DIR"));
      Untar.into(
          Path.of(target),
          session.stream(
              APIGrpc.getGetFileTARMethod(), GetFileRequest.newBuilder().setFile(file).build()));
      return;
    }
    var pieces = pieces(session, file, arguments.number("offset"));
    // The first piece comes before the target is opened: a file that is not there leaves none
    // behind.
    boolean any = pieces.hasNext();
    try (var out = output(session, arguments)) {
      if (any) {
        copy(pieces, out);
      }
    }
  }

  private static Iterator<BytesValue> pieces(Session session, File file, long offset) {
    return session.stream(
        APIGrpc.getGetFileMethod(),
        GetFileRequest.newBuilder().setFile(file).setOffset(offset).build());
  }

  private static OutputStream output(Session session, Arguments arguments) throws IOException {
    var target = arguments.value("output").filter(name -> !name.equals("-"));
    if (target.isEmpty()) {
      return open(session);
    }
    var path = Path.of(target.get());
    var parent = path.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      throw new IOException("cannot write " + path + ": there is no directory " + parent);
    }
    return Files.newOutputStream(path);
  }

  /// The stream of the process, which stays open when a command is done with it.
  private static OutputStream open(Session session) {
    return new java.io.FilterOutputStream(session.streams().out()) {
      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  private static void copy(Iterator<BytesValue> pieces, OutputStream out) throws IOException {
    while (pieces.hasNext()) {
      pieces.next().getValue().writeTo(out);
    }
    out.flush();
  }
}
