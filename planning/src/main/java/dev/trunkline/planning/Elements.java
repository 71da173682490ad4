package dev.trunkline.planning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.Blake2b256;
import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import dev.trunkline.content.Entry;
import dev.trunkline.content.FileRef;
import dev.trunkline.content.Item;
import dev.trunkline.content.Ref;
import dev.trunkline.content.Summary;
import dev.trunkline.content.Trees;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The items of PLAN and of arrangements: datums, and what will be part of one.
///
/// The key is the id, the content the hash without salt. The value is the record of the inputs:
/// here where it is small, content of its own where it is not.
final class Elements {
  private static final int INLINE_MAX = 1024;
  private static final int HERE = 0;
  private static final int APART = 1;

  private final Trees trees;
  private final List<Input.Pfs> leaves;

  Elements(Trees trees, Input input) {
    this.trees = trees;
    this.leaves = input.leaves().toList();
  }

  Item item(List<Datum.Part> parts, Appender appender) {
    var id = id(parts);
    var hash = new Blake2b256().update(id.hex().getBytes(UTF_8));
    parts.forEach(part -> part.content().ifPresent(content -> hash.update(content.bytes())));
    var refs = new ArrayList<Ref>();
    var value = record(parts, refs, appender);
    long bytes = parts.stream().mapToLong(Datum.Part::size).sum();
    return new Item(Bytes.of(id.bytes()), value, refs, hash.digest(), new Summary(1, bytes, 0));
  }

  Hash id(List<Datum.Part> parts) {
    var id = new DatumId();
    parts.forEach(part -> id.add(leaves.get(part.leaf()), part.path()));
    return id.finish();
  }

  static Datum.Part part(PlanNode.Leaf leaf, Entry entry) {
    var input = leaf.input();
    return input.reference()
        ? new Datum.Part(leaf.number(), input.name(), entry.shown(), Optional.empty(), 0)
        : new Datum.Part(
            leaf.number(), input.name(), entry.shown(), Optional.of(entry.hash()), entry.size());
  }

  private Bytes record(List<Datum.Part> parts, List<Ref> refs, Appender appender) {
    var out = new Encoder().varint(parts.size());
    for (var part : parts) {
      out.varint(part.leaf()).text(part.name()).text(part.path()).varint(part.size());
      out.u8(part.content().isPresent() ? 1 : 0);
      part.content().ifPresent(out::hash);
    }
    var bytes = out.array();
    var value = new Encoder();
    if (bytes.length <= INLINE_MAX) {
      return Bytes.of(value.u8(HERE).raw(bytes).array());
    }
    var content = trees.fileSets().writer(appender).content();
    content.write(bytes, 0, bytes.length);
    content.finish().encode(value.u8(APART), refs);
    return Bytes.of(value.array());
  }

  /// The inputs that a value with its references records.
  static List<Datum.Part> parts(Trees trees, Bytes value, List<Ref> refs) {
    return Decoder.decode(
        value.array(),
        in -> {
          if (in.u8() == HERE) {
            return parts(in);
          }
          var content = FileRef.decode(in, refs.iterator());
          var bytes = new ByteArrayOutputStream();
          trees.reader().read(content, 0, bytes::writeBytes);
          return Decoder.decode(bytes.toByteArray(), Elements::parts);
        });
  }

  List<Datum.Part> parts(Item item) {
    return parts(trees, item.value(), item.refs());
  }

  private static List<Datum.Part> parts(Decoder in) {
    int count = in.varint32();
    var parts = new ArrayList<Datum.Part>();
    for (int i = 0; i < count; i++) {
      int leaf = in.varint32();
      var name = in.text();
      var path = in.text();
      long size = in.varint();
      Optional<Hash> content = in.u8() == 1 ? Optional.of(in.hash()) : Optional.empty();
      parts.add(new Datum.Part(leaf, name, path, content, size));
    }
    return parts;
  }
}
