package dev.trunkline.content;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Refusal;
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
      case FileRef.Large large -> readTree(node(large.root()), offset, sink);
      case FileRef.External external -> throw elsewhere(external);
    }
  }

  private static Refusal elsewhere(FileRef.External external) {
    return new Refusal(
        Refusal.Kind.UNSUPPORTED,
        "reading content that lies at " + external.url() + " is not built yet in this version");
  }

  private long readTree(ChunkList.Decoded decoded, long offset, Sink sink) {
    long skip = offset;
    if (decoded.level() == 0) {
      return readChunks(decoded.entries().stream().map(e -> e.ref()).toList(), skip, sink);
    }
    for (var entry : decoded.entries()) {
      if (skip >= entry.length()) {
        skip -= entry.length();
      } else {
        skip = readTree(node(entry.ref(), decoded.level() - 1), skip, sink);
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

  /// The root of a chunk tree.
  ChunkList.Decoded node(Ref node) {
    return ChunkList.decode(records.read(node));
  }

  ChunkList.Decoded node(Ref ref, int level) {
    var node = node(ref);
    if (node.level() != level) {
      throw new Failure(
          Failure.Kind.CORRUPT, "node " + ref.hash() + " is not of the level that points to it");
    }
    return node;
  }

  /// Names the chunks of `file` in order; content that stands inline goes to `inline` instead.
  void chunks(FileRef file, Consumer<Ref> chunk, Sink inline) {
    switch (file) {
      case FileRef.Inline here -> inline.accept(here.content().array());
      case FileRef.Chunked chunked -> chunked.chunks().forEach(chunk);
      case FileRef.Large large -> chunksBelow(node(large.root()), chunk);
      case FileRef.External external -> throw elsewhere(external);
    }
  }

  private void chunksBelow(ChunkList.Decoded node, Consumer<Ref> chunk) {
    for (var entry : node.entries()) {
      if (node.level() == 0) {
        chunk.accept(entry.ref());
      } else {
        chunksBelow(node(entry.ref(), node.level() - 1), chunk);
      }
    }
  }

  /// Takes the bytes of a file, piece by piece.
  public interface Sink {
    /// The next bytes; they belong to the caller afterwards.
    void accept(byte[] bytes);
  }
}
