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
    at.write(out);
  }

  static Ref read(Decoder in) {
    var kind = RecordKind.of(in.u8());
    var hash = in.hash();
    return new Ref(kind, hash, Location.read(in));
  }
}
