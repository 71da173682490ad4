package dev.trunkline.content;

import dev.trunkline.base.Hash;

/// A reference to a stored record: its kind, its hash, and where it was when the reference was
/// made.
///
/// Two references are equal when kind and hash are, wherever the record lies.
public record Ref(RecordKind kind, Hash hash, Location at) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Ref ref && kind == ref.kind && hash.equals(ref.hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  void write(Encoder out) {
    out.u8(kind.code()).hash(hash);
    out.varint(at.session()).varint(at.pack()).varint(at.offset());
    out.varint(at.stored()).varint(at.length()).u8(at.codec().code());
  }

  static Ref read(Decoder in) {
    var kind = RecordKind.of(in.u8());
    var hash = in.hash();
    long session = in.varint();
    int pack = in.varint32();
    long offset = in.varint();
    int stored = in.varint32();
    int length = in.varint32();
    return new Ref(
        kind, hash, new Location(session, pack, offset, stored, length, Codec.of(in.u8())));
  }
}
