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
}
