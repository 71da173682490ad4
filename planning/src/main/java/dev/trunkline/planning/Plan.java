package dev.trunkline.planning;

import dev.trunkline.content.Decoder;
import dev.trunkline.content.Encoder;
import dev.trunkline.content.Root;
import java.util.ArrayList;
import java.util.List;

/// PLAN of a job, and what it takes to derive the next one from it.
///
/// @param datums from id to content hash and inputs; canonical for the inputs' content
/// @param inputs the tree that each leaf saw
/// @param arrangements what each composite node keeps, parents before children
public record Plan(Root datums, List<Root> inputs, List<Root> arrangements) {
  /// The plan of a pipeline that reads nothing.
  public static final Plan NONE = new Plan(Root.EMPTY, List.of(), List.of());

  /// Copies the lists.
  public Plan {
    inputs = List.copyOf(inputs);
    arrangements = List.copyOf(arrangements);
  }

  /// How many datums there are; read from the root.
  public long total() {
    return datums.summary().files();
  }

  /// The bytes that stand for [#inputs] and [#arrangements] in a row.
  public byte[] encodeOrigin() {
    var out = new Encoder().varint(inputs.size());
    inputs.forEach(root -> out.bytes(root.encode()));
    out.varint(arrangements.size());
    arrangements.forEach(root -> out.bytes(root.encode()));
    return out.array();
  }

  /// The plan whose two halves were stored.
  public static Plan decode(Root datums, byte[] origin) {
    return Decoder.decode(origin, in -> new Plan(datums, roots(in), roots(in)));
  }

  private static List<Root> roots(Decoder in) {
    int count = in.varint32();
    var roots = new ArrayList<Root>();
    for (int i = 0; i < count; i++) {
      roots.add(Root.decode(in.bytes()));
    }
    return roots;
  }
}
