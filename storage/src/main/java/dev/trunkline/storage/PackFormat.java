package dev.trunkline.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Codec;
import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import dev.trunkline.content.RecordKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/// The bytes of a pack: header, stored records, footer sorted by hash. `docs/format/packs.md`.
final class PackFormat {
  static final int HEADER = 32;

  /// The checksum of the footer, its length and the magic.
  static final int TAIL = Hash.BYTES + Integer.BYTES + Long.BYTES;

  private static final byte[] MAGIC = "TRKPACK\n".getBytes(US_ASCII);
  private static final int VERSION = 1;

  private PackFormat() {}

  /// Version, kind, dedupe domain, cipher id and key id; the last three are 0 in this version.
  static byte[] header(RecordKind kind) {
    return new Encoder().raw(MAGIC).u32(VERSION).u32(kind.code()).u32(0).u32(0).u64(0).array();
  }

  /// Throws a [Failure] unless `header` begins a pack that this program can read.
  static void checkHeader(PackId pack, byte[] header) {
    if (header.length < HEADER || !Arrays.equals(Arrays.copyOf(header, MAGIC.length), MAGIC)) {
      throw damaged(pack, "it does not begin as a pack does");
    }
    var fields = ByteBuffer.wrap(header, MAGIC.length, HEADER - MAGIC.length);
    int version = fields.getInt();
    if (version != VERSION) {
      throw new Failure(
          Failure.Kind.DENIED,
          "pack %s has format %d, this program knows %d: run the version that wrote it or a later one"
              .formatted(pack, version, VERSION));
    }
    int kind = fields.getInt();
    long domainAndCipher = fields.getLong();
    long key = fields.getLong();
    boolean known = kind == RecordKind.CHUNK.code() || kind == RecordKind.NODE.code();
    if (!known || domainAndCipher != 0 || key != 0) {
      throw damaged(pack, "its header has a value that no version writes");
    }
  }

  /// The footer, its checksum, its length and the magic that ends a pack.
  static byte[] footer(List<Stored> records) {
    var out = new Encoder().varint(records.size());
    // A heap: in a young process the JDK's merge sort takes longer to compile than to run.
    var byHash = new PriorityQueue<>(records);
    for (var record = byHash.poll(); record != null; record = byHash.poll()) {
      out.hash(record.hash).u8(record.kind.code()).u8(record.codec.code());
      out.varint(record.offset).varint(record.stored).varint(record.length);
    }
    var body = out.array();
    return new Encoder().raw(body).hash(Hash.sha256(body)).u32(body.length).raw(MAGIC).array();
  }

  /// How long the footer before `tail` is, which are the last bytes of `pack`.
  static int footerLength(PackId pack, byte[] tail) {
    var magic = Arrays.copyOfRange(tail, TAIL - MAGIC.length, TAIL);
    int length = ByteBuffer.wrap(tail).getInt(Hash.BYTES);
    if (!Arrays.equals(magic, MAGIC) || length < 1) {
      throw damaged(pack, "it does not end as a pack does");
    }
    return length;
  }

  /// The records that the footer `body` lists, by hash; `tail` is what follows it.
  static List<Stored> records(PackId pack, byte[] body, byte[] tail) {
    if (!Hash.sha256(body).equals(Hash.of(Arrays.copyOf(tail, Hash.BYTES)))) {
      throw damaged(pack, "its footer is not what was written");
    }
    return Decoder.decode(
        body,
        in -> {
          int count = in.varint32();
          var records = new ArrayList<Stored>(Math.min(count, 4096));
          for (int i = 0; i < count; i++) {
            var hash = in.hash();
            var kind = RecordKind.of(in.u8());
            var codec = Codec.of(in.u8());
            records.add(new Stored(hash, kind, codec, in.varint(), in.varint32(), in.varint32()));
          }
          return records;
        });
  }

  /// The failure that says what is wrong with a pack and what to do.
  static Failure damaged(PackId pack, String why) {
    return new Failure(
        Failure.Kind.CORRUPT,
        "pack %s is damaged (%s): restore it from a backup".formatted(pack, why));
  }

  /// A record as the footer lists it.
  record Stored(Hash hash, RecordKind kind, Codec codec, long offset, int stored, int length)
      implements Comparable<Stored> {
    /// By hash, of equal ones by where they lie.
    @Override
    public int compareTo(Stored other) {
      int order = hash.compareTo(other.hash);
      return order == 0 ? Long.compare(offset, other.offset) : order;
    }
  }
}
