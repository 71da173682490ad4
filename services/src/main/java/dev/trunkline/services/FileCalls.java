package dev.trunkline.services;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Glob;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.content.Root;
import dev.trunkline.content.TreeChange;
import dev.trunkline.content.Trees;
import dev.trunkline.versions.CommitHandle;
import dev.trunkline.versions.Files;
import dev.trunkline.versions.Versions;
import dev.trunkline.wire.pfs.DiffFileRequest;
import dev.trunkline.wire.pfs.DiffFileResponse;
import dev.trunkline.wire.pfs.File;
import dev.trunkline.wire.pfs.FileInfo;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.GlobFileRequest;
import dev.trunkline.wire.pfs.InspectFileRequest;
import dev.trunkline.wire.pfs.ListFileRequest;
import dev.trunkline.wire.pfs.WalkFileRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// The calls that read files.
final class FileCalls {
  /// A piece of a file as it is sent: large enough to be cheap, far below the limit of a message.
  private static final int PIECE = 1 << 20;

  private final Versions versions;

  FileCalls(Versions versions) {
    this.versions = versions;
  }

  private Files.Snapshot open(boolean present, File file) {
    if (!present) {
      throw Refusal.invalid("file cannot be nil");
    }
    return open(PfsMessages.commit(file.hasCommit(), file.getCommit()), trees(file));
  }

  private Files.Snapshot open(CommitHandle handle, Trees trees) {
    var snapshot = versions.files().open(handle);
    trees.checkConsistent(snapshot.root());
    return snapshot;
  }

  private Trees trees() {
    return versions.files().trees();
  }

  /// The trees as the reader of `file` sees them: by the datum that it names.
  private Trees trees(File file) {
    return trees().ofDatum(file.getDatum());
  }

  FileInfo inspect(InspectFileRequest request) {
    var file = request.getFile();
    var snapshot = open(request.hasFile(), file);
    return trees(file)
        .stat(snapshot.root(), FilePath.clean(file.getPath()))
        .map(new FileMessages(snapshot)::of)
        .orElseThrow(() -> missing(file.getPath(), snapshot));
  }

  private static Refusal missing(String path, Files.Snapshot snapshot) {
    var commit = snapshot.commit().name();
    return Refusal.notFound(
        "file %s not found in repo %s at commit %s".formatted(path, commit.repo(), commit.id()));
  }

  void list(ListFileRequest request, Calls.Outlet<FileInfo> out) {
    var page =
        new Page(
            request.getPaginationMarker().getPath(), request.getNumber(), request.getReverse());
    var snapshot = open(request.hasFile(), request.getFile());
    var trees = trees(request.getFile());
    var path = FilePath.clean(request.getFile().getPath());
    var at = trees.stat(snapshot.root(), path);
    Iterator<Entry> entries =
        at.isPresent() && at.get() instanceof Entry.OfFile
            ? List.of(at.get()).iterator()
            : trees.list(snapshot.root(), path);
    var messages = new FileMessages(snapshot);
    page.send(entries, entry -> out.send(messages.of(entry)));
  }

  void walk(WalkFileRequest request, Calls.Outlet<FileInfo> out) {
    var page =
        new Page(
            request.getPaginationMarker().getPath(), request.getNumber(), request.getReverse());
    var snapshot = open(request.hasFile(), request.getFile());
    var trees = trees(request.getFile());
    var path = FilePath.clean(request.getFile().getPath());
    if (!path.isRoot() && trees.stat(snapshot.root(), path).isEmpty()) {
      throw Refusal.notFound(
          "commit/%s does not contain item: (%s)".formatted(snapshot.commit().name().id(), path));
    }
    var entries = trees.walk(snapshot.root(), path);
    var messages = new FileMessages(snapshot);
    page.send(entries, entry -> out.send(messages.of(entry)));
  }

  void glob(GlobFileRequest request, Calls.Outlet<FileInfo> out) {
    var selection = new Selection(Glob.compile(request.getPattern()), request.getPathRange());
    var commit = PfsMessages.commit(request.hasCommit(), request.getCommit());
    var snapshot = open(commit, trees());
    var messages = new FileMessages(snapshot);
    for (var entries = selection.matches(trees(), snapshot.root()); entries.hasNext(); ) {
      out.send(messages.of(entries.next()));
    }
  }

  void get(GetFileRequest request, Calls.Outlet<BytesValue> out) {
    refuseUrl(request);
    if (request.getOffset() < 0) {
      throw Refusal.invalid("offset must not be negative");
    }
    var path = request.getFile().getPath();
    var selection = new Selection(Glob.compile(path), request.getPathRange());
    var snapshot = openToGet(request);
    var matches = selection.matches(trees(request.getFile()), snapshot.root());
    if (!matches.hasNext()) {
      throw missing(path, snapshot);
    }
    var first = matches.next();
    if (matches.hasNext()) {
      throw Refusal.invalid("matched multiple files. Use GetFileTAR instead");
    }
    switch (first) {
      case Entry.OfDirectory _ ->
          throw Refusal.invalid("cannot get directory or non-regular file. Use GetFileTAR instead");
      case Entry.OfFile file ->
          trees().reader().read(file.content(), request.getOffset(), bytes -> send(out, bytes));
    }
  }

  private Files.Snapshot openToGet(GetFileRequest request) {
    try {
      return open(request.hasFile(), request.getFile());
    } catch (Refusal e) {
      throw new Refusal("get file", e);
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
    var path = request.getFile().getPath();
    var selection = new Selection(Glob.compile(path), request.getPathRange());
    var snapshot = openToGet(request);
    var entries = selection.matchesAndBelow(trees(request.getFile()), snapshot.root());
    if (!entries.hasNext()) {
      throw missing(path, snapshot);
    }
    var tar = new TarStream(bytes -> send(out, bytes));
    while (entries.hasNext()) {
      var entry = entries.next();
      tar.begin(entry);
      if (entry instanceof Entry.OfFile file) {
        trees().reader().read(file.content(), 0, tar::write);
        tar.end(file);
      }
    }
    tar.finish();
  }

  void diff(DiffFileRequest request, Calls.Outlet<DiffFileResponse> out) {
    var trees = trees(request.getNewFile());
    var old = request.hasOldFile() ? trees(request.getOldFile()) : trees;
    var after = open(request.hasNewFile(), request.getNewFile());
    var before =
        request.hasOldFile()
            ? Optional.of(open(true, request.getOldFile()))
            : after.commit().parent().map(name -> open(CommitHandle.of(name), trees));
    var messages = new FileMessages(after);
    var older = before.map(FileMessages::new);
    var root = before.map(Files.Snapshot::root).orElse(Root.EMPTY);
    var path = FilePath.clean(request.getNewFile().getPath());
    var oldPath = request.hasOldFile() ? FilePath.clean(request.getOldFile().getPath()) : path;
    if (!oldPath.equals(path)) {
      for (var gone = old.diff(root, Root.EMPTY, oldPath); gone.hasNext(); ) {
        out.send(difference(gone.next(), older, messages));
      }
      root = Root.EMPTY;
    }
    for (var changes = trees.diff(old, root, after.root(), path); changes.hasNext(); ) {
      out.send(difference(changes.next(), older, messages));
    }
  }

  private static DiffFileResponse difference(
      TreeChange change, Optional<FileMessages> before, FileMessages after) {
    var response = DiffFileResponse.newBuilder();
    change.after().ifPresent(entry -> response.setNewFile(after.of(entry)));
    change.before().ifPresent(entry -> response.setOldFile(before.orElseThrow().of(entry)));
    return response.build();
  }
}
