package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// The content of a file: tiny content itself, up to 16 chunks, the root of a chunk tree, or a
/// place outside the store.
///
/// The hash is that of the chunk tree's root in the first three cases, so equal bytes have equal
/// hashes.
public sealed interface FileRef {
  /// Content of at most this many bytes stands in the entry itself.
  int INLINE_MAX = 128;

  /// More chunks than this go to a chunk tree.
  int CHUNKS_MAX = 16;

  /// The file without content.
  static FileRef empty() {
    return new Inline(Bytes.EMPTY, ChunkList.OF_NOTHING);
  }

  /// Depends on the content alone.
  Hash hash();

  /// In bytes.
  long length();

  /// Content that stands here.
  record Inline(Bytes content, Hash hash) implements FileRef {
    @Override
    public long length() {
      return content.length();
    }
  }

  /// Content in chunks that are named here, in order.
  record Chunked(List<Ref> chunks, Hash hash) implements FileRef {
    /// Copies the list.
    public Chunked {
      chunks = List.copyOf(chunks);
    }

    @Override
    public long length() {
      long sum = 0;
      for (var chunk : chunks) {
        sum += chunk.at().length();
      }
      return sum;
    }
  }

  /// Content in chunks that the tree below `root` names.
  record Large(Ref root, long length) implements FileRef {
    @Override
    public Hash hash() {
      return root.hash();
    }
  }

  /// Content that lies elsewhere, pinned to one version: `length` bytes from `offset` on. Its hash
  /// depends on where it lies, and on nothing else: nobody has read it yet.
  record External(String url, String version, String etag, long offset, long length)
      implements FileRef {
    private static final byte[] PREFIX = "trunkline external\n".getBytes(US_ASCII);

    @Override
    public Hash hash() {
      var out = new Encoder();
      write(out);
      return Hash.sha256(PREFIX, out.array());
    }

    void write(Encoder out) {
      out.text(url).text(version).text(etag).varint(offset).varint(length);
    }
  }

  /// Writes the value to `out` and what it refers to `refs`.
  default void encode(Encoder out, List<Ref> refs) {
    switch (this) {
      case Inline inline -> out.u8(0).bytes(inline.content()).hash(inline.hash());
      case Chunked chunked -> {
        out.u8(1).varint(chunked.chunks().size()).hash(chunked.hash());
        refs.addAll(chunked.chunks());
      }
      case Large large -> {
        out.u8(2).varint(large.length());
        refs.add(large.root());
      }
      case External external -> {
        out.u8(3);
        external.write(out);
      }
    }
  }

  /// Reads what [#encode] wrote, taking its references from `refs`.
  static FileRef decode(Decoder in, Iterator<Ref> refs) {
    int tag = in.u8();
    return switch (tag) {
      case 0 -> new Inline(Bytes.of(in.bytes()), in.hash());
      case 1 -> chunked(in, refs);
      case 2 -> new Large(refs.next(), in.varint());
      case 3 -> new External(in.text(), in.text(), in.text(), in.varint(), in.varint());
      default -> throw new Failure(Failure.Kind.CORRUPT, "unknown form of file content " + tag);
    };
  }

  private static FileRef chunked(Decoder in, Iterator<Ref> refs) {
    int count = in.varint32();
    if (count > CHUNKS_MAX) {
      throw new Failure(Failure.Kind.CORRUPT, "a file names more chunks than fit its entry");
    }
    var hash = in.hash();
    var chunks = new ArrayList<Ref>(count);
    for (int i = 0; i < count; i++) {
      chunks.add(refs.next());
    }
    return new Chunked(chunks, hash);
  }
}
