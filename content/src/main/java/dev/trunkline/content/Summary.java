package dev.trunkline.content;

/// What a subtree holds: files, their bytes, and names that collide.
public record Summary(long files, long bytes, long conflicts) {
  /// Of nothing.
  public static final Summary NONE = new Summary(0, 0, 0);

  /// Of both.
  public Summary plus(Summary other) {
    return new Summary(files + other.files, bytes + other.bytes, conflicts + other.conflicts);
  }

  void encode(Encoder out) {
    out.varint(files).varint(bytes).varint(conflicts);
  }

  static Summary decode(Decoder in) {
    long files = in.varint();
    long bytes = in.varint();
    return new Summary(files, bytes, in.varint());
  }
}
