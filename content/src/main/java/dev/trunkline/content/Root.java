package dev.trunkline.content;

import dev.trunkline.base.Check;
import dev.trunkline.base.Hash;
import org.jspecify.annotations.Nullable;

/// The root of a [KeyTree]: enough to read it, to compare it, and to know its size.
///
/// @param node the root node; null where the tree is empty
/// @param content equal for trees with equal keys and contents
/// @param level of the root node; 0 is a leaf
public record Root(@Nullable Ref node, Hash content, int level, Summary summary) {
  /// The tree without keys.
  public static final Root EMPTY =
      new Root(null, KeyNode.contentOf(0, java.util.List.of()), 0, Summary.NONE);

  /// Whether there are no keys.
  public boolean isEmpty() {
    return node == null;
  }

  /// The bytes that stand for this root in a row or a message.
  public byte[] encode() {
    var out = new Encoder();
    if (node == null) {
      return out.u8(0).array();
    }
    out.u8(1).hash(content).u8(level);
    summary.encode(out);
    node.write(out);
    return out.array();
  }

  /// Reads what [#encode] wrote.
  public static Root decode(byte[] bytes) {
    return Decoder.decode(
        bytes,
        in -> {
          if (in.u8() == 0) {
            return EMPTY;
          }
          var content = in.hash();
          int level = in.u8();
          var summary = Summary.decode(in);
          return new Root(Ref.read(in), content, level, summary);
        });
  }

  Ref present() {
    return Check.present(node, "a tree with keys has a root node");
  }
}
