package dev.trunkline.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Hash;
import dev.trunkline.content.Codec;
import dev.trunkline.content.Encoder;
import dev.trunkline.content.RecordKind;
import java.util.Arrays;
import java.util.List;

/// The bytes of a pack: header, stored records, footer sorted by hash. `docs/format/packs.md`.
final class PackFormat {
  static final int HEADER = 32;
  private static final byte[] MAGIC = "TRKPACK\n".getBytes(US_ASCII);
  private static final int VERSION = 1;

  private PackFormat() {}

  /// Version, kind, dedupe domain, cipher id and key id; the last three are 0 in this version.
  static byte[] header(RecordKind kind) {
    var header =
        new Encoder().raw(MAGIC).u32(VERSION).u32(kind.code()).u32(0).u32(0).u64(0).array();
    return Arrays.copyOf(header, HEADER);
  }

  /// The footer, its length and its magic end a pack.
  static byte[] footer(List<Stored> records) {
    var out = new Encoder().varint(records.size());
    for (var record : records.stream().sorted((a, b) -> a.hash.compareTo(b.hash)).toList()) {
      out.hash(record.hash).u8(record.kind.code()).u8(record.codec.code());
      out.varint(record.offset).varint(record.stored).varint(record.length);
    }
    var body = out.array();
    return new Encoder().raw(body).hash(Hash.sha256(body)).u32(body.length).raw(MAGIC).array();
  }

  /// A record as the footer lists it.
  record Stored(Hash hash, RecordKind kind, Codec codec, long offset, int stored, int length) {}
}
