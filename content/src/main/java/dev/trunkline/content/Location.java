package dev.trunkline.content;

/// Where a record lies: a hint that no hash covers.
///
/// @param session the session that wrote the pack; 0 means that the record lies nowhere in
///   particular
/// @param pack the number of the pack in its session
/// @param offset of the record's stored bytes in the pack
/// @param stored length of the stored bytes
/// @param length of the record itself, in bytes
/// @param codec how the stored bytes encode the record
public record Location(long session, int pack, long offset, int stored, int length, Codec codec) {
  /// The name of the pack as other places spell it.
  public String packName() {
    return session + "/" + pack;
  }

  void write(Encoder out) {
    out.varint(session).varint(pack).varint(offset);
    out.varint(stored).varint(length).u8(codec.code());
  }

  static Location read(Decoder in) {
    long session = in.varint();
    int pack = in.varint32();
    long offset = in.varint();
    int stored = in.varint32();
    int length = in.varint32();
    return new Location(session, pack, offset, stored, length, Codec.of(in.u8()));
  }
}
