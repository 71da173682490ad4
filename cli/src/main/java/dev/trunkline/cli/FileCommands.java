package dev.trunkline.cli;

import dev.trunkline.wire.pfs.Commit;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FileType;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.InspectFileRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/// Reading and writing of files.
final class FileCommands {
  private FileCommands() {}

  static List<Command> all() {
    return Stream.of(moving(), looking(), changing()).flatMap(List::stream).toList();
  }

  private static List<Command> moving() {
    var getting = "output/o* recursive/r offset* progress retry parallelism/p*";
    return List.of(
        new Command(
            "put-file", PutFile.OLD_FLAGS, 2, 3, "REPO BRANCH [PATH] -f FILE", PutFile::old),
        new Command(
            "put file", PutFile.FLAGS, 1, 1, "REPO@BRANCH[:/PATH] -f FILE", PutFile::current),
        new Command(
            "get-file", getting, 3, 3, "REPO COMMIT PATH", (s, a) -> get(s, a, oldFile(s, a))),
        new Command(
            "get file",
            getting,
            1,
            1,
            "REPO@COMMIT:/PATH",
            (s, a) -> get(s, a, Refs.file(s, a.word(0)))));
  }

  private static List<Command> looking() {
    return List.of(
        new Command(
            "list-file",
            "raw",
            2,
            3,
            "REPO COMMIT [PATH]",
            (s, a) -> listOld(s, a, list(s, oldFile(s, a)))),
        new Command(
            "list file",
            Raw.FLAGS,
            1,
            1,
            "REPO@COMMIT[:/PATH]",
            (s, a) -> print(s, a, list(s, Refs.file(s, a.word(0))))),
        new Command(
            "glob-file",
            "raw",
            3,
            3,
            "REPO COMMIT PATTERN",
            (s, a) -> listOld(s, a, glob(s, oldFile(s, a)))),
        new Command(
            "glob file",
            Raw.FLAGS,
            1,
            1,
            "REPO@COMMIT:PATTERN",
            (s, a) -> print(s, a, glob(s, Refs.file(s, a.word(0))))),
        new Command(
            "inspect-file",
            "raw",
            3,
            3,
            "REPO COMMIT PATH",
            (s, a) -> inspect(s, a, oldFile(s, a))),
        new Command(
            "inspect file",
            Raw.FLAGS,
            1,
            1,
            "REPO@COMMIT:/PATH",
            (s, a) -> inspect(s, a, Refs.file(s, a.word(0)))),
        new Command(
            "diff file",
            Raw.FLAGS + " name-only shallow/s",
            1,
            2,
            "NEW [OLD]",
            FileCommands::diff));
  }

  private static List<Command> changing() {
    return List.of(
        new Command(
            "delete-file",
            "",
            3,
            3,
            "REPO COMMIT PATH",
            (s, a) -> PutFile.delete(s, oldFile(s, a), true)),
        new Command(
            "delete file",
            "recursive/r",
            1,
            1,
            "REPO@COMMIT:/PATH",
            (s, a) -> PutFile.delete(s, Refs.file(s, a.word(0)), a.has("recursive"))),
        new Command(
            "copy file",
            "append/a",
            2,
            2,
            "REPO@COMMIT:/PATH REPO@BRANCH:/PATH",
            (s, a) ->
                PutFile.copy(
                    s, Refs.file(s, a.word(0)), Refs.file(s, a.word(1)), a.has("append"))));
  }

  private static File oldFile(Session session, Arguments arguments) {
    Commit commit = Refs.commit(session, arguments.word(0), arguments.word(1));
    return Refs.file(commit, arguments.optional(2).orElse(""));
  }

  private static Iterator<FileInfo> list(Session session, File file) {
    if (file.getPath().matches(".*[*?\\[{].*")) {
      return glob(session, file);
    }
    return session.pfs().listFile(ListFileRequest.newBuilder().setFile(file).build());
  }

  private static Iterator<FileInfo> glob(Session session, File file) {
    return session
        .pfs()
        .globFile(
            GlobFileRequest.newBuilder()
                .setCommit(file.getCommit())
                .setPattern(file.getPath())
                .build());
  }

  private static void listOld(Session session, Arguments arguments, Iterator<FileInfo> files) {
    var table = new Table(session, "NAME", "TYPE", "SIZE");
    while (files.hasNext()) {
      var info = files.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
        continue;
      }
      boolean directory = info.getFileType() == FileType.DIR;
      var path = info.getFile().getPath().replaceFirst("/$", "");
      var name = path.lastIndexOf('/') == 0 ? path.substring(1) : path;
      table.row(name, directory ? "dir" : "file", Human.size(info.getSizeBytes()));
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static void print(Session session, Arguments arguments, Iterator<FileInfo> files) {
    var table = new Table(session, "SIZE", "NAME");
    while (files.hasNext()) {
      var info = files.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, info);
      } else {
        table.row(Human.size(info.getSizeBytes()), info.getFile().getPath());
      }
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }

  private static void inspect(Session session, Arguments arguments, File file) {
    var info = session.pfs().inspectFile(InspectFileRequest.newBuilder().setFile(file).build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print("Path: " + info.getFile().getPath());
    if (!info.getFile().getDatum().isEmpty()) {
      session.print("Datum: " + info.getFile().getDatum());
    }
    session.print("Type: " + (info.getFileType() == FileType.DIR ? "dir" : "file"));
    session.print("Size: " + Human.size(info.getSizeBytes()));
  }

  private static void get(Session session, Arguments arguments, File file) throws IOException {
    if (arguments.has("recursive")) {
      var target = arguments.value("output").orElseThrow(() -> new UsageError("-r needs -o DIR"));
      Untar.into(
          Path.of(target),
          session.pfs().getFileTAR(GetFileRequest.newBuilder().setFile(file).build()));
      return;
    }
    var request = GetFileRequest.newBuilder().setFile(file);
    arguments.value("offset").ifPresent(o -> request.setOffset(Long.parseLong(o)));
    var pieces = session.pfs().getFile(request.build());
    if (arguments.value("output").isEmpty()) {
      copy(pieces, session.streams().out());
      return;
    }
    try (var out = Files.newOutputStream(Path.of(arguments.value("output").get()))) {
      copy(pieces, out);
    }
  }

  private static void copy(Iterator<com.google.protobuf.BytesValue> pieces, OutputStream out)
      throws IOException {
    while (pieces.hasNext()) {
      pieces.next().getValue().writeTo(out);
    }
    out.flush();
  }

  private static void diff(Session session, Arguments arguments) {
    var request = DiffFileRequest.newBuilder().setNewFile(Refs.file(session, arguments.word(0)));
    arguments.optional(1).ifPresent(old -> request.setOldFile(Refs.file(session, old)));
    var table = new Table(session, "OP", "SIZE", "NAME");
    var changes = session.pfs().diffFile(request.build());
    while (changes.hasNext()) {
      var change = changes.next();
      if (Raw.wanted(arguments)) {
        Raw.print(session, change);
        continue;
      }
      if (change.hasOldFile()) {
        var old = change.getOldFile();
        table.row("-", Human.size(old.getSizeBytes()), old.getFile().getPath());
      }
      if (change.hasNewFile()) {
        var now = change.getNewFile();
        table.row("+", Human.size(now.getSizeBytes()), now.getFile().getPath());
      }
    }
    if (!Raw.wanted(arguments)) {
      table.end();
    }
  }
}
