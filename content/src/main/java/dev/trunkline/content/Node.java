package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// A node of any tree: a body that only its own tree understands, and the references that anyone
/// can enumerate. `docs/format/trees.md`, section 2.
///
/// The identity covers the body and the hashes of the references, not where these lie; their
/// locations have a checksum of their own.
final class Node {
  private static final byte[] PREFIX = "trunkline node\n".getBytes(US_ASCII);
  private static final int VERSION = 1;

  private final byte[] body;
  private final List<Ref> refs;

  Node(byte[] body, List<Ref> refs) {
    this.body = body;
    this.refs = List.copyOf(refs);
  }

  byte[] body() {
    return body;
  }

  List<Ref> refs() {
    return refs;
  }

  Hash identity() {
    return identity(body, refs);
  }

  /// The identity of the node that these make up.
  static Hash identity(byte[] body, List<Ref> refs) {
    var hashed = new Encoder().bytes(body);
    for (var ref : refs) {
      hashed.u8(ref.kind().code()).hash(ref.hash());
    }
    return Hash.sha256(PREFIX, hashed.array());
  }

  byte[] encode() {
    var out = new Encoder().u8(VERSION).bytes(body).varint(refs.size());
    refs.forEach(ref -> out.u8(ref.kind().code()).hash(ref.hash()));
    var locations = new Encoder();
    refs.forEach(ref -> ref.at().write(locations));
    var section = locations.array();
    return out.bytes(section).u32(checksum(section)).array();
  }

  static Node decode(byte[] record) {
    return Decoder.decode(
        record,
        in -> {
          int version = in.u8();
          if (version != VERSION) {
            throw new Failure(
                Failure.Kind.CORRUPT, "a node has format " + version + ", this program knows 1");
          }
          var body = in.bytes();
          int count = in.count(1 + Hash.BYTES);
          var kinds = new RecordKind[count];
          var hashes = new Hash[count];
          for (int i = 0; i < count; i++) {
            kinds[i] = RecordKind.of(in.u8());
            hashes[i] = in.hash();
          }
          var section = in.bytes();
          if (in.u32() != checksum(section)) {
            throw new Failure(Failure.Kind.CORRUPT, "the locations in a node are damaged");
          }
          return new Node(body, refs(section, kinds, hashes));
        });
  }

  private static List<Ref> refs(byte[] section, RecordKind[] kinds, Hash[] hashes) {
    return Decoder.decode(
        section,
        in -> {
          var refs = new ArrayList<Ref>(kinds.length);
          for (int i = 0; i < kinds.length; i++) {
            refs.add(new Ref(kinds[i], hashes[i], Location.read(in)));
          }
          return refs;
        });
  }

  private static int checksum(byte[] section) {
    var crc = new CRC32C();
    crc.update(section);
    return (int) crc.getValue();
  }
}
