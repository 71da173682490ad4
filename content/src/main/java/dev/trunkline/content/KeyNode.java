package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A node of a [KeyTree] in memory, and its columnar form: keys, contents, summaries, values,
/// references. `docs/format/trees.md`, section 3.
///
/// Above level 0 each item stands for a child: its key is the child's last one, its only reference
/// the child, and its content and summary the child's.
record KeyNode(int level, List<Item> items) {
  private static final byte[] CONTENT = "trunkline content\n".getBytes(US_ASCII);

  /// Every so many keys one is written whole, so that a search need not start at the first.
  private static final int RESTART = 16;

  Hash content() {
    return contentOf(level, items);
  }

  static Hash contentOf(int level, List<Item> items) {
    var hashed = new Encoder().u8(level);
    items.forEach(item -> hashed.bytes(item.key()).hash(item.content()));
    return Hash.sha256(CONTENT, hashed.array());
  }

  Summary summary() {
    return items.stream().map(Item::summary).reduce(Summary.NONE, Summary::plus);
  }

  Node toNode() {
    var out = new Encoder().u8(NodeType.KEYS).u8(level).varint(items.size());
    var previous = Bytes.EMPTY;
    for (int i = 0; i < items.size(); i++) {
      var key = items.get(i).key().array();
      int shared = i % RESTART == 0 ? 0 : Math.max(0, Arrays.mismatch(previous.array(), key));
      out.varint(shared).bytes(Arrays.copyOfRange(key, shared, key.length));
      previous = items.get(i).key();
    }
    items.forEach(item -> out.hash(item.content()));
    items.forEach(item -> item.summary().encode(out));
    items.forEach(item -> out.bytes(item.value()));
    items.forEach(item -> out.varint(item.refs().size()));
    return new Node(out.array(), items.stream().flatMap(item -> item.refs().stream()).toList());
  }

  static KeyNode decode(byte[] record) {
    var node = Node.decode(record);
    return Decoder.decode(node.body(), in -> decode(in, node.refs()));
  }

  private static KeyNode decode(Decoder in, List<Ref> refs) {
    if (in.u8() != NodeType.KEYS) {
      throw new Failure(Failure.Kind.CORRUPT, "not a node of a tree of keys");
    }
    int level = in.u8();
    int count = in.varint32();
    var keys = new ArrayList<Bytes>();
    var previous = new byte[0];
    for (int i = 0; i < count; i++) {
      int shared = in.varint32();
      var rest = in.bytes();
      if (shared > previous.length) {
        throw new Failure(Failure.Kind.CORRUPT, "a key shares more than there is");
      }
      var key = Arrays.copyOf(previous, shared + rest.length);
      System.arraycopy(rest, 0, key, shared, rest.length);
      keys.add(Bytes.of(key));
      previous = key;
    }
    var contents = new Hash[count];
    Arrays.setAll(contents, _ -> in.hash());
    var summaries = new Summary[count];
    Arrays.setAll(summaries, _ -> Summary.decode(in));
    var values = new Bytes[count];
    Arrays.setAll(values, _ -> Bytes.of(in.bytes()));
    var items = new ArrayList<Item>(count);
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = from + in.varint32();
      items.add(
          new Item(keys.get(i), values[i], refs.subList(from, to), contents[i], summaries[i]));
      from = to;
    }
    return new KeyNode(level, items);
  }

  /// The index of the first item whose key is at least `key`; the number of items where there is
  /// none.
  int search(Bytes key) {
    int low = 0;
    int high = items.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (items.get(middle).key().compareTo(key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  Item last() {
    return items.getLast();
  }

  /// The item that stands for this node, stored at `ref`, one level up.
  Item pointer(Ref ref) {
    return new Item(last().key(), Bytes.EMPTY, List.of(ref), content(), summary());
  }
}
