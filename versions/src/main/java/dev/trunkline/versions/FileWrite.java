package dev.trunkline.versions;

import dev.trunkline.base.FilePath;
import dev.trunkline.base.Refusal;
import dev.trunkline.content.Entry;
import dev.trunkline.content.FileWriter;
import dev.trunkline.content.Root;
import dev.trunkline.metadata.Tx;
import dev.trunkline.storage.Storage;
import dev.trunkline.storage.Upload;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One stream of edits: all of it becomes visible when it is committed, nothing before.
public final class FileWrite implements AutoCloseable {
  private static final String DEFAULT_DATUM = "default";

  private final Versions versions;
  private final Target target;
  private final Upload upload;
  private final dev.trunkline.content.FileSets.Writer edits;
  private @Nullable Pending pending;

  FileWrite(Versions versions, Storage storage, Target target) {
    this.versions = versions;
    this.target = target;
    this.upload = storage.upload();
    this.edits = storage.trees().fileSets().writer(upload);
  }

  private static String datum(String datum) {
    return datum.isEmpty() ? DEFAULT_DATUM : datum;
  }

  /// As [#append(String, String, byte\[\], int, int)], all of `bytes`.
  public void append(String path, String datum, byte[] bytes) {
    append(path, datum, bytes, 0, bytes.length);
  }

  /// Appends `length` bytes from `from` on to a file, which is made where it does not exist; they
  /// are taken over, the caller must not change them any more.
  public void append(String path, String datum, byte[] bytes, int from, int length) {
    var place = new Place(file(path), datum(datum));
    var current = pending;
    if (current == null || !current.place.equals(place)) {
      flush();
      current = new Pending(place, edits.content());
      pending = current;
    }
    current.content.write(bytes, from, length);
  }

  private static FilePath file(String path) {
    var checked = FilePath.checked(path);
    if (checked.isRoot()) {
      throw Refusal.invalid("path (" + path + ") invalid: it names no file");
    }
    return checked;
  }

  private void flush() {
    if (pending != null) {
      edits.append(pending.place.path(), pending.place.datum(), pending.content.finish());
      pending = null;
    }
  }

  /// Deletes a file, or with a trailing slash everything below a directory.
  public void delete(String path, String datum) {
    var place = FilePath.checked(path);
    flush();
    if (path.endsWith("/")) {
      edits.deleteTree(place, datum);
    } else {
      edits.delete(place, datum(datum));
    }
  }

  /// Copies a file or a directory of another commit by reference.
  public void copy(Files.Snapshot source, Source from, String to, CopyMode mode) {
    var origin = FilePath.clean(from.path());
    var place = to.isEmpty() ? FilePath.ROOT : FilePath.checked(to);
    flush();
    var trees = versions.files().trees().ofDatum(from.datum());
    trees.checkConsistent(source.root());
    var datum = datum(mode.datum());
    switch (trees.stat(source.root(), origin).orElse(null)) {
      case null -> {}
      case Entry.OfDirectory directory ->
          edits.graft(place, datum, directory.root(), from.datum(), mode.append());
      case Entry.OfFile file when mode.append() ->
          edits.append(file(place.text()), datum, file.content());
      case Entry.OfFile file -> edits.replace(file(place.text()), datum, file.content());
    }
  }

  /// Makes the edits part of the commit, a commit of their own, or a file set, and returns the id
  /// of that.
  public String commit() {
    flush();
    var layer = edits.finish();
    upload.seal();
    return switch (target) {
      case Target.Open(var key, var name) -> attach(key, name, layer);
      case Target.Fresh(var branch) ->
          versions.change(change -> {
            upload.publish(change.tx());
            var started = change.startCommit(branch, Optional.empty(), "");
            change.finishWith(started.name(), layer, "");
            return started.name().id();
          });
      case Target.Set _ ->
          versions.quietly(tx -> {
            upload.publish(tx);
            return FileSetRows.insert(
                tx, Optional.of(layer), Optional.empty(), FileSets.DEFAULT_LIFE);
          });
    };
  }

  private String attach(long key, CommitName name, Root layer) {
    var ordinal =
        versions.quietly(tx -> {
          upload.publish(tx);
          return attach(tx, key, name, layer);
        });
    if (ordinal.isPresent()) {
      versions.files().layers().compact(key, ordinal.getAsLong());
    }
    return name.id();
  }

  private static OptionalLong attach(Tx tx, long key, CommitName name, Root layer) {
    var ordinal = layer.isEmpty() ? OptionalLong.empty() : LayerRows.add(tx, key, layer);
    if (ordinal.isEmpty()) {
      var commit = CommitRows.find(tx, key).orElseThrow(() -> Missing.deleted(name));
      if (!commit.isOpen()) {
        throw CommitChange.finished(commit);
      }
    }
    return ordinal;
  }

  /// Gives the stream up, or ends it after it was committed.
  @Override
  public void close() {
    upload.close();
  }

  /// What a copy takes: a file or a directory, and of that the files of one datum where it is not
  /// empty.
  public record Source(String path, String datum) {}

  /// How a copy lands: beside what the file holds already or instead of it, and under which datum.
  public record CopyMode(boolean append, String datum) {}

  /// Where the edits go.
  sealed interface Target {
    record Open(long key, CommitName name) implements Target {}

    record Fresh(BranchName branch) implements Target {}

    record Set() implements Target {}
  }

  private record Place(FilePath path, String datum) {}

  private record Pending(Place place, FileWriter content) {}
}
