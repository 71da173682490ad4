package dev.trunkline.services;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.versions.Files;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.DiffFileResponse;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.WalkFileRequest;
import java.util.Iterator;
import java.util.Optional;

/// The calls that read files.
final class FileCalls {
  /// A piece of a file as it is sent: large enough to be cheap, far below the limit of a message.
  private static final int PIECE = 1 << 20;

  private final Versions versions;

  FileCalls(Versions versions) {
    this.versions = versions;
  }

  private Files.Snapshot open(File file) {
    var snapshot = versions.files().open(PfsMessages.commit(file.getCommit()));
    versions.files().trees().checkConsistent(snapshot.root());
    return snapshot;
  }

  FileInfo inspect(File file) {
    var snapshot = open(file);
    var path = FilePath.clean(file.getPath());
    return versions
        .files()
        .trees()
        .stat(snapshot.root(), path)
        .map(entry -> PfsMessages.file(snapshot, entry))
        .orElseThrow(() -> missing(file.getPath(), snapshot));
  }

  private static Refusal missing(String path, Files.Snapshot snapshot) {
    var commit = snapshot.commit().name();
    return Refusal.notFound(
        "file %s not found in repo %s at commit %s".formatted(path, commit.repo(), commit.id()));
  }

  void list(ListFileRequest request, Calls.Outlet<FileInfo> out) {
    var snapshot = open(request.getFile());
    var trees = versions.files().trees();
    var path = FilePath.clean(request.getFile().getPath());
    var at = trees.stat(snapshot.root(), path);
    Iterator<Entry> entries =
        at.isPresent() && at.get() instanceof Entry.OfFile
            ? java.util.List.of(at.get()).iterator()
            : trees.list(snapshot.root(), path);
    var page =
        new Page(
            request.getPaginationMarker().getPath(), request.getNumber(), request.getReverse());
    page.send(entries, entry -> out.send(PfsMessages.file(snapshot, entry)));
  }

  void walk(WalkFileRequest request, Calls.Outlet<FileInfo> out) {
    var snapshot = open(request.getFile());
    var trees = versions.files().trees();
    var path = FilePath.clean(request.getFile().getPath());
    if (!path.isRoot() && trees.stat(snapshot.root(), path).isEmpty()) {
      throw Refusal.notFound(
          "commit/%s does not contain item: (%s)".formatted(snapshot.commit().name().id(), path));
    }
    var page =
        new Page(
            request.getPaginationMarker().getPath(), request.getNumber(), request.getReverse());
    page.send(
        trees.walk(snapshot.root(), path), entry -> out.send(PfsMessages.file(snapshot, entry)));
  }

  void glob(GlobFileRequest request, Calls.Outlet<FileInfo> out) {
    if (!request.hasCommit()) {
      throw Refusal.invalid("commit cannot be nil");
    }
    var glob = Glob.compile(request.getPattern());
    var snapshot = open(File.newBuilder().setCommit(request.getCommit()).build());
    var range = request.getPathRange();
    for (var entries = globbed(snapshot, glob); entries.hasNext(); ) {
      var entry = entries.next();
      var shown = entry.shown();
      boolean inRange =
          shown.compareTo(range.getLower()) >= 0
              && (range.getUpper().isEmpty() || shown.compareTo(range.getUpper()) < 0);
      if (inRange && glob.matches(entry.path())) {
        out.send(PfsMessages.file(snapshot, entry));
      }
    }
  }

  private Iterator<Entry> globbed(Files.Snapshot snapshot, Glob glob) {
    return versions.files().trees().walk(snapshot.root(), glob::mayMatchBelow);
  }

  void get(GetFileRequest request, Calls.Outlet<BytesValue> out) {
    refuseUrl(request);
    var path = request.getFile().getPath();
    var glob = Glob.compile(path);
    var snapshot = open(request.getFile());
    Optional<Entry> found = Optional.empty();
    for (var entries = globbed(snapshot, glob); entries.hasNext(); ) {
      var entry = entries.next();
      if (glob.matches(entry.path())) {
        if (found.isPresent()) {
          throw Refusal.invalid("matched multiple files. Use GetFileTAR instead");
        }
        found = Optional.of(entry);
      }
    }
    switch (found.orElseThrow(() -> missing(path, snapshot))) {
      case Entry.OfDirectory _ ->
          throw Refusal.invalid("cannot get directory or non-regular file. Use GetFileTAR instead");
      case Entry.OfFile file ->
          versions
              .files()
              .trees()
              .reader()
              .read(file.content(), request.getOffset(), bytes -> send(out, bytes));
    }
  }

  private static void refuseUrl(GetFileRequest request) {
    if (!request.getURL().isEmpty()) {
      throw new Refusal(
          Refusal.Kind.UNSUPPORTED, "writing files to a URL is not built yet in this version");
    }
    if (!request.hasFile()) {
      throw Refusal.invalid("file cannot be nil");
    }
  }

  private static void send(Calls.Outlet<BytesValue> out, byte[] bytes) {
    for (int from = 0; from < bytes.length; from += PIECE) {
      int some = Math.min(PIECE, bytes.length - from);
      out.send(BytesValue.of(ByteString.copyFrom(bytes, from, some)));
    }
  }

  void getTar(GetFileRequest request, Calls.Outlet<BytesValue> out) {
    refuseUrl(request);
    var glob = Glob.compile(request.getFile().getPath());
    var snapshot = open(request.getFile());
    var trees = versions.files().trees();
    var tar = new TarStream(bytes -> send(out, bytes));
    boolean any = false;
    for (var entries = globbed(snapshot, glob); entries.hasNext(); ) {
      var match = entries.next();
      if (!glob.matches(match.path())) {
        continue;
      }
      any = true;
      for (var below = trees.walk(snapshot.root(), match.path()); below.hasNext(); ) {
        var entry = below.next();
        tar.begin(entry);
        if (entry instanceof Entry.OfFile file) {
          trees.reader().read(file.content(), 0, tar::write);
          tar.end(file);
        }
      }
      if (match instanceof Entry.OfDirectory && match.path().isRoot()) {
        break;
      }
    }
    if (!any) {
      throw missing(request.getFile().getPath(), snapshot);
    }
    tar.finish();
  }

  void diff(DiffFileRequest request, Calls.Outlet<DiffFileResponse> out) {
    if (!request.hasNewFile()) {
      throw Refusal.invalid("file cannot be nil");
    }
    var after = open(request.getNewFile());
    var path = FilePath.clean(request.getNewFile().getPath());
    var before = request.hasOldFile() ? Optional.of(open(request.getOldFile())) : parent(after);
    var root = before.map(Files.Snapshot::root).orElse(dev.trunkline.content.Root.EMPTY);
    for (var changes = versions.files().trees().diff(root, after.root(), path);
        changes.hasNext(); ) {
      var change = changes.next();
      var response = DiffFileResponse.newBuilder();
      change.after().ifPresent(entry -> response.setNewFile(PfsMessages.file(after, entry)));
      change
          .before()
          .ifPresent(entry -> response.setOldFile(PfsMessages.file(before.orElseThrow(), entry)));
      out.send(response.build());
    }
  }

  private Optional<Files.Snapshot> parent(Files.Snapshot snapshot) {
    return snapshot
        .commit()
        .parent()
        .map(name -> versions.files().open(dev.trunkline.versions.CommitHandle.of(name)));
  }
}
