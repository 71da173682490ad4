package dev.trunkline.cli;

import dev.trunkline.wire.pfs.APIGrpc;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.DiffFileResponse;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.FileType;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.InspectFileRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import io.grpc.Status;
import java.util.Iterator;
import java.util.List;

/// Lists, patterns and differences of files.
final class FileListing {
  private static final String[] OLD_HEADER = {"NAME", "TYPE", "SIZE"};

  private FileListing() {}

  static List<Command> all() {
    var shallow = "shallow/s accepted, without effect";
    return List.of(
        new Command("list-file", Raw.FLAGS, 2, 3, "REPO COMMIT [PATH]", FileListing::listOld),
        new Command(
            "list file",
            Raw.FLAGS,
            1,
            1,
            "REPO@COMMIT[:/PATH]",
            (s, a) -> print(s, found(s, Refs.file(s, a.word(0))))),
        new Command(
            "glob-file",
            Raw.FLAGS,
            3,
            3,
            "REPO COMMIT PATTERN",
            (s, a) -> printOld(s, glob(s, FileCommands.old(s, a)))),
        new Command(
            "glob file",
            Raw.FLAGS,
            1,
            1,
            "REPO@COMMIT:PATTERN",
            (s, a) -> print(s, glob(s, Refs.file(s, a.word(0))))),
        new Command(
            "inspect-file",
            Raw.FLAGS,
            3,
            3,
            "REPO COMMIT PATH",
            (s, a) -> inspect(s, a, FileCommands.old(s, a), true)),
        new Command(
            "inspect file",
            Raw.FLAGS,
            1,
            1,
            "REPO@COMMIT:/PATH",
            (s, a) -> inspect(s, a, Refs.file(s, a.word(0)), false)),
        new Command(
            "diff-file",
            shallow,
            3,
            6,
            "REPO COMMIT PATH [REPO COMMIT PATH]",
            FileListing::diffOld),
        new Command(
            "diff file",
            Raw.FLAGS
                + shallow
                + "\nname-only accepted, without effect: only names are shown anyway",
            1,
            2,
            "NEW [OLD]",
            FileListing::diff));
  }

  private static Iterator<FileInfo> list(Session session, File file) {
    if (FileCommands.isPattern(file.getPath())) {
      return glob(session, file);
    }
    return session.stream(
        APIGrpc.getListFileMethod(), ListFileRequest.newBuilder().setFile(file).build());
  }

  private static Iterator<FileInfo> glob(Session session, File file) {
    return session.stream(
        APIGrpc.getGlobFileMethod(),
        GlobFileRequest.newBuilder()
            .setCommit(file.getCommit())
            .setPattern(file.getPath())
            .build());
  }

  /// What is at a path, and a word on standard error where nothing is: the list is empty then.
  private static Iterator<FileInfo> found(Session session, File file) {
    var found = list(session, file);
    if (!found.hasNext() && !isRoot(file)) {
      session.say(
          FileCommands.isPattern(file.getPath())
              ? "no file matches " + file.getPath()
              : "there is no file or directory " + file.getPath());
    }
    return found;
  }

  private static boolean isRoot(File file) {
    return file.getPath().isEmpty() || file.getPath().equals("/");
  }

  /// In 1.7 a path that is not there is an empty table, and an error only for scripts.
  private static void listOld(Session session, Arguments arguments) {
    var file = FileCommands.old(session, arguments);
    if (!Raw.wanted(arguments)) {
      printOld(session, found(session, file));
      return;
    }
    var found = list(session, file);
    if (!isRoot(file) && !found.hasNext()) {
      throw Status.NOT_FOUND
          .withDescription("file " + file.getPath() + " not found")
          .asRuntimeException();
    }
    printOld(session, found);
  }

  private static void printOld(Session session, Iterator<FileInfo> files) {
    Listing.print(session, files, FileListing::oldRow, OLD_HEADER);
  }

  /// A name at the root stands without its slash.
  private static String[] oldRow(FileInfo info) {
    var path = info.getFile().getPath().replaceFirst("/$", "");
    boolean below = path.lastIndexOf('/') > 0;
    var name = path.isEmpty() ? "/" : below ? path : path.substring(1);
    return new String[] {name, type(info), Human.size(info.getSizeBytes())};
  }

  private static String type(FileInfo info) {
    return info.getFileType() == FileType.DIR ? "dir" : "file";
  }

  private static void print(Session session, Iterator<FileInfo> files) {
    Listing.print(
        session,
        files,
        info -> new String[] {Human.size(info.getSizeBytes()), info.getFile().getPath()},
        "SIZE",
        "NAME");
  }

  private static void inspect(Session session, Arguments arguments, File file, boolean old) {
    var info = session.pfs().inspectFile(InspectFileRequest.newBuilder().setFile(file).build());
    if (Raw.wanted(arguments)) {
      Raw.print(session, info);
      return;
    }
    session.print("Path: " + info.getFile().getPath());
    if (!old && !info.getFile().getDatum().isEmpty()) {
      session.print("Datum: " + info.getFile().getDatum());
    }
    session.print("Type: " + type(info));
    session.print("Size: " + Human.size(info.getSizeBytes()));
    if (old && info.getFileType() == FileType.DIR) {
      session.print("Children:");
      list(session, info.getFile())
          .forEachRemaining(child -> session.print("  " + child.getFile().getPath()));
    }
  }

  private static void diff(Session session, Arguments arguments) {
    var request =
        DiffFileRequest.newBuilder()
            .setNewFile(Refs.file(session, arguments.word(0)))
            .setShallow(arguments.has("shallow"));
    arguments.optional(1).ifPresent(old -> request.setOldFile(Refs.file(session, old)));
    boolean raw = Raw.wanted(arguments);
    var table = new Table(session, "OP", "SIZE", "NAME");
    var changes = session.stream(APIGrpc.getDiffFileMethod(), request.build());
    while (changes.hasNext()) {
      var change = changes.next();
      if (raw) {
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
    if (!raw) {
      table.end();
    }
  }

  /// 1.7 prints the new files, then the old ones: the server is asked twice, so that neither list
  /// is held.
  private static void diffOld(Session session, Arguments arguments) {
    if (arguments.count() != 3 && arguments.count() != 6) {
      throw new UsageError("expected 3 or 6 arguments, got " + arguments.count());
    }
    var request =
        DiffFileRequest.newBuilder()
            .setNewFile(FileCommands.file(session, arguments, 0))
            .setShallow(arguments.has("shallow"));
    if (arguments.count() == 6) {
      request.setOldFile(FileCommands.file(session, arguments, 3));
    }
    side(session, session.stream(APIGrpc.getDiffFileMethod(), request.build()), true);
    side(session, session.stream(APIGrpc.getDiffFileMethod(), request.build()), false);
  }

  private static void side(Session session, Iterator<DiffFileResponse> changes, boolean fresh) {
    var table = new Table(session, OLD_HEADER);
    boolean any = false;
    while (changes.hasNext()) {
      var change = changes.next();
      if (fresh ? !change.hasNewFile() : !change.hasOldFile()) {
        continue;
      }
      if (!any) {
        session.print(fresh ? "New Files:" : "Old Files:");
        any = true;
      }
      table.row(oldRow(fresh ? change.getNewFile() : change.getOldFile()));
    }
    if (any) {
      table.end();
    }
  }
}
