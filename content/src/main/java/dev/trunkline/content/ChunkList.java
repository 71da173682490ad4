package dev.trunkline.content;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.List;

/// Builds the tree over a file's chunks from left to right, in memory of the tree's height.
///
/// After 16 entries a node ends where the hash of its last entry says so, after 256 in any case; so
/// equal lists have equal trees. `docs/format/chunks.md`, section 3.
final class ChunkList {
  private static final int LEAST = 16;
  private static final int MOST = 256;
  private static final long BOUNDARY = Long.divideUnsigned(-1L, 64);

  private final Appender appender;
  private final List<Level> levels = new ArrayList<>();
  private final List<Ref> first = new ArrayList<>();
  private long count;
  private long length;

  ChunkList(Appender appender) {
    this.appender = appender;
  }

  void add(Ref chunk) {
    if (count < FileRef.CHUNKS_MAX) {
      first.add(chunk);
    }
    count++;
    length += chunk.at().length();
    add(0, new Entry(chunk, chunk.at().length()));
  }

  private void add(int level, Entry entry) {
    if (levels.size() == level) {
      levels.add(new Level());
    }
    var pending = levels.get(level).entries;
    pending.add(entry);
    boolean boundary = Long.compareUnsigned(entry.ref().hash().prefix(), BOUNDARY) < 0;
    boolean few = count <= FileRef.CHUNKS_MAX && level == 0;
    if (!few && (pending.size() >= MOST || (pending.size() >= LEAST && boundary))) {
      flush(level);
    }
  }

  private void flush(int level) {
    var pending = levels.get(level).entries;
    var node = node(level, pending);
    long below = pending.stream().mapToLong(Entry::length).sum();
    pending.clear();
    var ref = appender.append(RecordKind.NODE, node.identity(), node.encode());
    add(level + 1, new Entry(ref, below));
  }

  FileRef finish() {
    if (count <= FileRef.CHUNKS_MAX) {
      return new FileRef.Chunked(first, hashOf(first));
    }
    for (int level = 0; level < levels.size(); level++) {
      var pending = levels.get(level).entries;
      boolean top = level == levels.size() - 1;
      if (top && pending.size() == 1 && level > 0) {
        return new FileRef.Large(pending.getFirst().ref(), length);
      }
      if (!pending.isEmpty()) {
        flush(level);
      }
    }
    throw new AssertionError("the top level has one entry");
  }

  static Hash hashOf(List<Ref> chunks) {
    return node(0, chunks.stream().map(c -> new Entry(c, c.at().length())).toList()).identity();
  }

  private static Node node(int level, List<Entry> entries) {
    var body = new Encoder().u8(NodeType.CHUNKS).u8(level);
    entries.forEach(entry -> body.varint(entry.length()));
    return new Node(body.array(), entries.stream().map(Entry::ref).toList());
  }

  /// The entries of a stored node of a chunk tree.
  static Decoded decode(byte[] record) {
    var node = Node.decode(record);
    return Decoder.decode(
        node.body(),
        in -> {
          if (in.u8() != NodeType.CHUNKS) {
            throw new Failure(Failure.Kind.CORRUPT, "not a node of a chunk tree");
          }
          int level = in.u8();
          var entries = new ArrayList<Entry>();
          for (var ref : node.refs()) {
            entries.add(new Entry(ref, in.varint()));
          }
          return new Decoded(level, entries);
        });
  }

  /// A chunk, or a subtree, and how many bytes of the file it covers.
  record Entry(Ref ref, long length) {}

  /// A node as read: level 0 holds chunks.
  record Decoded(int level, List<Entry> entries) {}

  private static final class Level {
    final List<Entry> entries = new ArrayList<>();
  }
}
