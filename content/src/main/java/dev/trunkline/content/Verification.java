package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.util.List;

/// Names records and checks that they are what their names say.
public final class Verification {
  private static final byte[] CHUNK = "trunkline chunk\n".getBytes(US_ASCII);

  private Verification() {}

  /// The name of a chunk.
  public static Hash chunk(byte[] bytes) {
    return Hash.sha256(CHUNK, bytes);
  }

  /// Throws a [Failure] of kind CORRUPT unless `record` is what `ref` names.
  public static void check(Ref ref, byte[] record) {
    var actual = ref.kind() == RecordKind.CHUNK ? chunk(record) : Node.decode(record).identity();
    if (!actual.equals(ref.hash())) {
      throw new Failure(Failure.Kind.CORRUPT, "record " + ref.hash() + " is not what was written");
    }
  }

  /// What a node refers to, with the places where it lay when the node was written; for any kind of
  /// node.
  public static List<Ref> references(byte[] node) {
    return Node.decode(node).refs();
  }
}
