package dev.trunkline.planning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Blake2b256;
import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import dev.trunkline.content.Item;
import dev.trunkline.content.Summary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A unit of work: the entries it is given, in the order of the inputs.
///
/// @param id what it is made of: names and paths
/// @param hash of the id and the content of the entries, without the salt of a pipeline
public record Datum(Hash id, Hash hash, List<Part> parts) {
  /// An entry of an input: its path as shown, and its content.
  public record Part(Input.Pfs input, String path, Hash content) {}

  static Datum of(List<Part> parts) {
    var id = new Blake2b256();
    for (var part : parts) {
      feed(id, part.input().name());
      feed(id, part.input().repo());
      feed(id, part.input().branch());
      feed(id, part.path());
    }
    var name = id.digest();
    var hash = new Blake2b256().update(name.hex().getBytes(UTF_8));
    for (var part : parts) {
      if (!part.input().reference()) {
        hash.update(part.content().bytes());
      }
    }
    return new Datum(name, hash.digest(), parts);
  }

  private static void feed(Blake2b256 digest, String text) {
    var bytes = text.getBytes(UTF_8);
    digest.update(bytes).update(ByteBuffer.allocate(Long.BYTES).putLong(bytes.length).array());
  }

  /// The hash that clients see: [#hash] is this one's without the salt.
  public Hash salted(String salt) {
    var digest = new Blake2b256().update(id.hex().getBytes(UTF_8));
    for (var part : parts) {
      if (!part.input().reference()) {
        digest.update(part.content().bytes());
      }
    }
    return digest.update(salt.getBytes(UTF_8)).digest();
  }

  Item item() {
    var value = new Encoder().varint(parts.size());
    for (var part : parts) {
      value.text(part.input().name()).text(part.path()).hash(part.content());
    }
    return new Item(Bytes.of(id.bytes()), Bytes.of(value.array()), List.of(), hash, Summary.NONE);
  }

  /// The datum that an item of a plan stands for.
  public static Datum of(Item item, Input input) {
    var leaves = input.leaves().toList();
    return Decoder.decode(
        item.value().array(),
        in -> {
          int count = in.varint32();
          var parts = new ArrayList<Part>(count);
          for (int i = 0; i < count; i++) {
            var name = in.text();
            var path = in.text();
            var leaf = leaves.stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
            parts.add(new Part(leaf, path, in.hash()));
          }
          return new Datum(Hash.of(item.key().array()), item.content(), parts);
        });
  }
}
