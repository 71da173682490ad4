package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import java.util.List;

/// A key and its value in a [KeyTree].
///
/// @param value what the owner of the tree encoded
/// @param refs the records that the value refers to, in the order in which it does
/// @param content what the value means, whatever else is stored with it
/// @param summary what the value holds
public record Item(Bytes key, Bytes value, List<Ref> refs, Hash content, Summary summary) {
  /// An item whose value refers to nothing and means itself.
  public static Item of(Bytes key, Bytes value) {
    return new Item(key, value, List.of(), Hash.sha256(value.array()), Summary.NONE);
  }
}
