package dev.trunkline.content;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Reads file content, chunk by chunk, from any offset.
public final class FileReader {
  private final Records records;

  /// Reads through `records`.
  public FileReader(Records records) {
    this.records = records;
  }

  /// Hands the bytes of `file` from `offset` to `sink`, in pieces of at most a chunk; an offset
  /// past the end gives nothing.
  public void read(FileRef file, long offset, Sink sink) {
    switch (file) {
      case FileRef.Inline inline -> piece(inline.content().array(), offset, sink);
      case FileRef.Chunked chunked -> readChunks(chunked.chunks(), offset, sink);
      case FileRef.Large large -> readTree(large.root(), offset, sink);
    }
  }

  private long readTree(Ref node, long offset, Sink sink) {
    long skip = offset;
    var decoded = ChunkList.decode(records.read(node));
    if (decoded.level() == 0) {
      return readChunks(decoded.entries().stream().map(e -> e.ref()).toList(), skip, sink);
    }
    for (var entry : decoded.entries()) {
      if (skip >= entry.length()) {
        skip -= entry.length();
      } else {
        skip = readTree(entry.ref(), skip, sink);
      }
    }
    return skip;
  }

  /// What is left to skip after the chunks.
  private long readChunks(List<Ref> chunks, long offset, Sink sink) {
    long skip = offset;
    int first = 0;
    while (first < chunks.size() && skip >= chunks.get(first).at().length()) {
      skip -= chunks.get(first).at().length();
      first++;
    }
    if (first == chunks.size()) {
      return skip;
    }
    long[] left = {skip};
    records.read(
        chunks.subList(first, chunks.size()),
        bytes -> {
          piece(bytes, left[0], sink);
          left[0] = 0;
        });
    return 0;
  }

  private static void piece(byte[] bytes, long skip, Sink sink) {
    if (skip < bytes.length) {
      sink.accept(skip == 0 ? bytes : Arrays.copyOfRange(bytes, (int) skip, bytes.length));
    }
  }

  byte[] chunk(Ref chunk) {
    return records.read(chunk);
  }

  /// Names the chunks of `file` in order; content that stands inline goes to `inline` instead.
  void chunks(FileRef file, Consumer<Ref> chunk, Sink inline) {
    switch (file) {
      case FileRef.Inline here -> inline.accept(here.content().array());
      case FileRef.Chunked chunked -> chunked.chunks().forEach(chunk);
      case FileRef.Large large -> chunksBelow(large.root(), chunk);
    }
  }

  private void chunksBelow(Ref node, Consumer<Ref> chunk) {
    var decoded = ChunkList.decode(records.read(node));
    for (var entry : decoded.entries()) {
      if (decoded.level() == 0) {
        chunk.accept(entry.ref());
      } else {
        chunksBelow(entry.ref(), chunk);
      }
    }
  }

  /// Takes the bytes of a file, piece by piece.
  public interface Sink {
    /// The next bytes; they belong to the caller afterwards.
    void accept(byte[] bytes);
  }
}
