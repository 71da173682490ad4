package dev.trunkline.storage;

import dev.trunkline.content.Codec;

/// A record in stored form.
final class Encoded {
  private final Codec codec;
  private final byte[] stored;
  private final int length;

  private Encoded(Codec codec, byte[] stored, int length) {
    this.codec = codec;
    this.stored = stored;
    this.length = length;
  }

  /// Compresses `record` where that pays.
  static Encoded of(byte[] record) {
    return Codec.compress(record)
        .map(frame -> new Encoded(Codec.ZSTD, frame, record.length))
        .orElseGet(() -> new Encoded(Codec.RAW, record, record.length));
  }

  Codec codec() {
    return codec;
  }

  byte[] stored() {
    return stored;
  }

  /// Bytes of the record itself.
  int length() {
    return length;
  }
}
