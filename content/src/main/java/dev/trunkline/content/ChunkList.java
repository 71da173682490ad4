package dev.trunkline.content;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.List;

/// Builds the tree over a file's chunks from left to right, in memory of the tree's height.
///
/// When an entry follows, the node before it ends if it has 16 entries and the hash of its last one
/// says so, or if it has 256; so equal lists have equal trees. `docs/format/chunks.md`, section 3.
final class ChunkList {
  private static final int LEAST = 16;
  private static final int MOST = 256;
  private static final int LEVEL_MAX = 16;
  private static final long BOUNDARY = Long.divideUnsigned(-1L, 64);

  /// The hash of a file without chunks.
  static final Hash OF_NOTHING = hashOf(List.of());

  private final Appender appender;

  /// For each level the entries of its last node, which can still grow.
  private final List<List<Entry>> levels = new ArrayList<>();

  private long length;

  ChunkList(Appender appender) {
    this.appender = appender;
  }

  /// Takes over all chunks of a file but its last one, which is returned: the nodes on the way to
  /// it are read, the others stay as they are. Nothing may have been added before.
  Ref resume(FileRef.Chunked file) {
    file.chunks().subList(0, file.chunks().size() - 1).forEach(this::add);
    return file.chunks().getLast();
  }

  /// As [#resume(FileRef.Chunked)], for a file with a tree.
  Ref resume(FileReader reader, FileRef.Large file) {
    var node = reader.node(file.root());
    for (int level = 0; level <= node.level(); level++) {
      levels.add(new ArrayList<>());
    }
    while (true) {
      var entries = node.entries();
      levels.get(node.level()).addAll(entries.subList(0, entries.size() - 1));
      var last = entries.getLast();
      if (node.level() == 0) {
        length = file.length() - last.length();
        return last.ref();
      }
      node = reader.node(last.ref(), node.level() - 1);
    }
  }

  void add(Ref chunk) {
    length += chunk.at().length();
    add(0, new Entry(chunk, chunk.at().length()));
  }

  private void add(int level, Entry entry) {
    if (levels.size() == level) {
      levels.add(new ArrayList<>());
    }
    var pending = levels.get(level);
    if (pending.size() >= MOST || (pending.size() >= LEAST && isBoundary(pending.getLast()))) {
      add(level + 1, flush(level));
    }
    levels.get(level).add(entry);
  }

  private static boolean isBoundary(Entry entry) {
    return Long.compareUnsigned(entry.ref().hash().prefix(), BOUNDARY) < 0;
  }

  private Entry flush(int level) {
    var pending = levels.get(level);
    var node = node(level, pending);
    long below = pending.stream().mapToLong(Entry::length).sum();
    pending.clear();
    return new Entry(appender.append(RecordKind.NODE, node.identity(), node.encode()), below);
  }

  FileRef finish() {
    if (levels.size() == 1 && levels.getFirst().size() <= FileRef.CHUNKS_MAX) {
      var chunks = new ArrayList<Ref>();
      for (var entry : levels.getFirst()) {
        chunks.add(entry.ref());
      }
      return new FileRef.Chunked(chunks, hashOf(chunks));
    }
    for (int level = 0; level + 1 < levels.size(); level++) {
      if (!levels.get(level).isEmpty()) {
        add(level + 1, flush(level));
      }
    }
    return new FileRef.Large(flush(levels.size() - 1).ref(), length);
  }

  /// The identity of the node that a file with these chunks and no more would have: computed for
  /// every file, most of which have one chunk, and so without making the node.
  static Hash hashOf(List<Ref> chunks) {
    var body = body(0);
    for (var chunk : chunks) {
      body.varint(chunk.at().length());
    }
    return Node.identity(body.array(), chunks);
  }

  private static Encoder body(int level) {
    return new Encoder().u8(NodeType.CHUNKS).u8(level);
  }

  private static Node node(int level, List<Entry> entries) {
    var body = body(level);
    entries.forEach(entry -> body.varint(entry.length()));
    return new Node(body.array(), entries.stream().map(Entry::ref).toList());
  }

  /// The entries of a stored node of a chunk tree.
  static Decoded decode(byte[] record) {
    var node = Node.decode(record);
    return Decoder.decode(
        node.body(),
        in -> {
          int type = in.u8();
          int level = in.u8();
          if (type != NodeType.CHUNKS || level > LEVEL_MAX || node.refs().isEmpty()) {
            throw new Failure(Failure.Kind.CORRUPT, "not a node of a chunk tree");
          }
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
}
