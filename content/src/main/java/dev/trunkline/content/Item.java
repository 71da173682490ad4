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
/// @param tag what is said of everything that the value holds; empty where nothing is. A tag that
///   all items of a node share is written once, on the highest pointer; no content covers it
public record Item(
    Bytes key, Bytes value, List<Ref> refs, Hash content, Summary summary, Bytes tag) {
  /// An item without a tag.
  public Item(Bytes key, Bytes value, List<Ref> refs, Hash content, Summary summary) {
    this(key, value, refs, content, summary, Bytes.EMPTY);
  }

  /// An item whose value refers to nothing and means itself.
  public static Item of(Bytes key, Bytes value) {
    return new Item(key, value, List.of(), Hash.sha256(value.array()), Summary.NONE);
  }

  Item tagged(Bytes other) {
    return tag.equals(other) ? this : new Item(key, value, refs, content, summary, other);
  }
}
