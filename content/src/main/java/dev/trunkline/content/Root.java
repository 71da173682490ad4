package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Check;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The root of a [KeyTree]: enough to read it, to compare it, and to know its size.
///
/// @param node the root node; null where the tree is empty or inlined
/// @param content equal for trees with equal keys and contents
/// @param level of the root node; 0 is a leaf
/// @param tag what holds for everything in the tree, such as the datum that wrote it; empty where
///   the nodes say it
/// @param inlined all items of a tree that is so small that it has no nodes
public record Root(
    @Nullable Ref node, Hash content, int level, Summary summary, Bytes tag, List<Item> inlined) {
  /// The tree without keys.
  public static final Root EMPTY =
      new Root(null, KeyNode.contentOf(0, List.of()), 0, Summary.NONE, Bytes.EMPTY, List.of());

  /// Copies the list.
  public Root {
    inlined = List.copyOf(inlined);
  }

  /// Whether there are no keys.
  public boolean isEmpty() {
    return node == null && inlined.isEmpty();
  }

  /// The same tree under another tag, where it has one.
  Root tagged(Bytes other) {
    return new Root(node, content, level, summary, other, inlined);
  }

  /// The bytes that stand for this root in a row or a message.
  public byte[] encode() {
    var out = new Encoder();
    if (isEmpty()) {
      return out.u8(0).array();
    }
    out.u8(node == null ? 2 : 1).hash(content);
    summary.encode(out);
    out.bytes(tag);
    if (node == null) {
      var stored = KeyNode.of(0, inlined).toNode();
      out.bytes(stored.body()).varint(stored.refs().size());
      stored.refs().forEach(ref -> ref.write(out));
    } else {
      out.u8(level);
      node.write(out);
    }
    return out.array();
  }

  /// Reads what [#encode] wrote.
  public static Root decode(byte[] bytes) {
    return Decoder.decode(bytes, Root::decode);
  }

  private static Root decode(Decoder in) {
    int form = in.u8();
    if (form == 0) {
      return EMPTY;
    }
    if (form > 2) {
      throw new Failure(Failure.Kind.CORRUPT, "unknown form of a root " + form);
    }
    var content = in.hash();
    var summary = Summary.decode(in);
    var tag = Bytes.of(in.bytes());
    if (form == 1) {
      int level = in.u8();
      return new Root(Ref.read(in), content, level, summary, tag, List.of());
    }
    var body = in.bytes();
    int count = in.count(1);
    var refs = new ArrayList<Ref>();
    for (int i = 0; i < count; i++) {
      refs.add(Ref.read(in));
    }
    var items = Decoder.decode(body, part -> KeyNode.decode(part, refs)).stored();
    return new Root(null, content, 0, summary, tag, items);
  }

  Ref present() {
    return Check.present(node, "a tree with nodes has a root node");
  }
}
