package dev.trunkline.versions;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.content.FileSets;
import dev.trunkline.content.FileWriter;
import dev.trunkline.storage.Storage;
import dev.trunkline.storage.Upload;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One stream of edits: all of it becomes visible when it is committed, nothing before.
public final class FileWrite implements AutoCloseable {
  private static final String DEFAULT_DATUM = "default";

  private final Versions versions;
  private final CommitHandle handle;
  private final Optional<Long> open;
  private final Upload upload;
  private final FileSets.Writer edits;
  private @Nullable Pending pending;

  FileWrite(Versions versions, Storage storage, CommitHandle handle, Optional<Long> open) {
    this.versions = versions;
    this.handle = handle;
    this.open = open;
    this.upload = storage.upload();
    this.edits = storage.trees().fileSets().writer(upload);
  }

  private static String datum(String datum) {
    return datum.isEmpty() ? DEFAULT_DATUM : datum;
  }

  /// Appends bytes to a file, which is made where it does not exist.
  public void append(String path, String datum, byte[] bytes) {
    var target = new Target(FilePath.checked(path), datum(datum));
    var current = pending;
    if (current == null || !current.target.equals(target)) {
      flush();
      current = new Pending(target, edits.content());
      pending = current;
    }
    current.content.write(bytes, 0, bytes.length);
  }

  private void flush() {
    if (pending != null) {
      edits.append(pending.target.path(), pending.target.datum(), pending.content.finish());
      pending = null;
    }
  }

  /// Deletes a file, or with a trailing slash everything below a directory.
  public void delete(String path, String datum) {
    var target = FilePath.checked(path);
    flush();
    if (path.endsWith("/")) {
      edits.deleteTree(target, datum);
    } else {
      edits.delete(target, datum(datum));
    }
  }

  /// Copies a file or a directory of another commit by reference.
  public void copy(Files.Snapshot source, String from, String to, CopyMode mode) {
    var origin = FilePath.clean(from);
    var target = to.isEmpty() ? FilePath.ROOT : FilePath.checked(to);
    flush();
    var trees = versions.files().trees();
    for (var entries = trees.walk(source.root(), origin); entries.hasNext(); ) {
      if (entries.next() instanceof Entry.OfFile file) {
        var rest = file.path().text().substring(origin.isRoot() ? 0 : origin.text().length());
        var path = FilePath.clean(target + rest);
        if (!mode.append()) {
          edits.delete(path, datum(mode.datum()));
        }
        edits.append(path, datum(mode.datum()), file.content());
      }
    }
  }

  /// Makes the edits part of the commit, or a commit of their own.
  public void commit() {
    flush();
    var layer = edits.finish();
    upload.seal();
    versions.change(change -> {
      upload.publish(change.tx());
      if (open.isPresent()) {
        change.addLayer(open.get(), layer);
        return true;
      }
      if (handle.branch().isEmpty()) {
        throw Refusal.invalid("commit " + handle + " names no branch to write to");
      }
      var branch = new BranchName(handle.repo(), handle.branch());
      var started = change.startCommit(branch, Optional.empty(), "");
      change.finishWith(started.name(), layer, "");
      return true;
    });
  }

  /// Gives the stream up, or ends it after it was committed.
  @Override
  public void close() {
    upload.close();
  }

  /// How a copy lands: beside what the file holds already or instead of it, and under which datum.
  public record CopyMode(boolean append, String datum) {}

  private record Target(FilePath path, String datum) {}

  private record Pending(Target target, FileWriter content) {}
}
