package dev.trunkline.content;

import dev.trunkline.base.FilePath;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Edits in memory, sorted by path, each composed with what came before it, up to a budget.
final class EditBuffer {
  private static final long MOST = 16 << 20;
  private static final int SHARE_OF_HEAP = 16;

  /// What an edit takes on the heap beside its content and path, about.
  private static final int OVERHEAD = 400;

  private final FileEdit.Concat concat;

  /// By the path; a reset by that of its directory with two slashes, where its key sorts.
  private final NavigableMap<String, Pending> edits = new TreeMap<>();

  private final long budget = Math.min(MOST, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  private long bytes;
  private boolean resets;

  EditBuffer(FileEdit.Concat concat) {
    this.concat = concat;
  }

  boolean isFull() {
    return bytes >= budget;
  }

  void put(FilePath path, String datum, FileEdit edit) {
    var pending = (OfFile) edits.computeIfAbsent(path.text(), _ -> new OfFile(path));
    var before = pending.variants.get(datum);
    pending.variants.put(datum, before == null ? edit : before.then(edit, concat));
    bytes += OVERHEAD + path.text().length() + size(edit.content());
  }

  private static long size(FileRef content) {
    return switch (content) {
      case FileRef.Inline inline -> inline.content().length();
      case FileRef.Chunked chunked -> 128L * chunked.chunks().size();
      case FileRef.Large _, FileRef.External _ -> 128;
    };
  }

  /// Drops older edits of what goes; a reset of some datums leaves resets below alone.
  void reset(FilePath directory, Reset reset) {
    var prefix = directory.asDirectory();
    var below = edits.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
    var key = prefix + "/";
    var before = below.get(key);
    if (reset.any()) {
      below.clear();
    } else {
      below.values().removeIf(pending -> pending instanceof OfFile file && file.drop(reset));
    }
    edits.put(
        key,
        new OfDirectory(
            directory, before instanceof OfDirectory older ? older.reset.and(reset) : reset));
    resets = true;
    bytes += OVERHEAD + key.length();
  }

  /// Hands everything over in the order of paths, and forgets it.
  void drainTo(EditRuns runs) {
    if (edits.isEmpty()) {
      return;
    }
    runs.begin(edits.firstKey(), edits.lastKey(), resets);
    var out = runs.out();
    for (var edit : edits.values()) {
      switch (edit) {
        case OfFile file -> out.file(file.path, file.variants);
        case OfDirectory directory -> out.reset(directory.path, directory.reset);
      }
    }
    edits.clear();
    bytes = 0;
    resets = false;
  }

  private sealed interface Pending {}

  private record OfFile(FilePath path, NavigableMap<String, FileEdit> variants) implements Pending {
    OfFile(FilePath path) {
      this(path, new TreeMap<>(Tag.BY_BYTES));
    }

    /// Whether nothing is left.
    boolean drop(Reset reset) {
      variants.keySet().removeIf(reset::covers);
      return variants.isEmpty();
    }
  }

  private record OfDirectory(FilePath path, Reset reset) implements Pending {}
}
