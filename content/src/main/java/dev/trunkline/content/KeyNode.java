package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/// A node of a [KeyTree] in memory, and its columnar form. `docs/format/trees.md`, section 3.
///
/// Above level 0 each item stands for a child: its key is the child's last one, its only reference
/// the child, and its content, summary and tag the child's. A node all of whose items share a tag
/// writes none: its pointer does.
final class KeyNode {
  private static final byte[] CONTENT = "trunkline content\n".getBytes(US_ASCII);

  /// Every so many keys one is written whole, so that a search need not start at the first.
  private static final int RESTART = 16;

  /// Higher than any tree can grow.
  private static final int LEVEL_MAX = 63;

  private final int level;
  private final List<Item> items;
  private final Bytes inherited;

  private KeyNode(int level, List<Item> items, Bytes inherited) {
    this.level = level;
    this.items = items;
    this.inherited = inherited;
  }

  /// A node of items that say their tags themselves.
  static KeyNode of(int level, List<Item> items) {
    var tag = items.getFirst().tag();
    boolean shared = !tag.isEmpty() && items.stream().allMatch(item -> item.tag().equals(tag));
    return shared
        ? new KeyNode(level, items.stream().map(item -> item.tagged(Bytes.EMPTY)).toList(), tag)
        : new KeyNode(level, List.copyOf(items), Bytes.EMPTY);
  }

  /// The same node below a pointer with this tag.
  KeyNode under(Bytes tag) {
    return tag.equals(inherited) ? this : new KeyNode(level, items, tag);
  }

  int level() {
    return level;
  }

  int size() {
    return items.size();
  }

  /// With the tag that holds for it, wherever that is written.
  Item item(int index) {
    var item = items.get(index);
    return inherited.isEmpty() ? item : item.tagged(inherited);
  }

  Item last() {
    return item(items.size() - 1);
  }

  /// The items as this node stores them: without the tag that its pointer carries.
  List<Item> stored() {
    return items;
  }

  Bytes tag() {
    return inherited;
  }

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

  /// The item that stands for this node, stored at `ref`, one level up.
  Item pointer(Ref ref) {
    return new Item(last().key(), Bytes.EMPTY, List.of(ref), content(), summary(), inherited);
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

  Node toNode() {
    var out = new Encoder().u8(NodeType.KEYS).u8(level).varint(items.size());
    for (int from = 0; from < items.size(); from += RESTART) {
      out.bytes(keys(items.subList(from, Math.min(from + RESTART, items.size()))));
    }
    items.forEach(item -> out.varint(item.summary().files()));
    items.forEach(item -> out.varint(item.summary().bytes()));
    items.forEach(item -> out.varint(item.summary().conflicts()));
    if (level == 0) {
      items.forEach(item -> out.varint(item.refs().size()));
    }
    encodeTags(out);
    items.forEach(item -> out.hash(item.content()));
    if (level == 0) {
      items.forEach(item -> out.bytes(item.value()));
    }
    return new Node(out.array(), items.stream().flatMap(item -> item.refs().stream()).toList());
  }

  private static byte[] keys(List<Item> group) {
    var out = new Encoder();
    var previous = Bytes.EMPTY.array();
    for (var item : group) {
      var key = item.key().array();
      int shared = Math.max(0, Arrays.mismatch(previous, key));
      out.varint(shared).bytes(Arrays.copyOfRange(key, shared, key.length));
      previous = key;
    }
    return out.array();
  }

  private void encodeTags(Encoder out) {
    var numbers = new LinkedHashMap<Bytes, Integer>();
    for (var item : items) {
      if (!item.tag().isEmpty()) {
        numbers.putIfAbsent(item.tag(), numbers.size() + 1);
      }
    }
    out.varint(numbers.size());
    numbers.keySet().forEach(out::bytes);
    if (!numbers.isEmpty()) {
      items.forEach(item -> out.varint(numbers.getOrDefault(item.tag(), 0)));
    }
  }

  static KeyNode decode(byte[] record) {
    var node = Node.decode(record);
    return Decoder.decode(node.body(), in -> decode(in, node.refs()));
  }

  static KeyNode decode(Decoder in, List<Ref> refs) {
    require(in.u8() == NodeType.KEYS, "not a node of a tree of keys");
    int level = in.u8();
    require(level <= LEVEL_MAX, "a tree is higher than any");
    int count = in.count(Hash.BYTES);
    require(count > 0, "a node is empty");
    var keys = decodeKeys(in, count);
    long[][] numbers = new long[3][];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.varints(count);
    }
    var counts = level == 0 ? in.varints(count) : ones(count);
    var tags = decodeTags(in, count);
    var contents = new Hash[count];
    Arrays.setAll(contents, _ -> in.hash());
    var items = new ArrayList<Item>(count);
    int from = 0;
    for (int i = 0; i < count; i++) {
      require(counts[i] <= refs.size() - from, "a node names more records than it has");
      int to = from + (int) counts[i];
      var value = level == 0 ? Bytes.of(in.bytes()) : Bytes.EMPTY;
      var summary = new Summary(numbers[0][i], numbers[1][i], numbers[2][i]);
      items.add(
          new Item(keys.get(i), value, refs.subList(from, to), contents[i], summary, tags.get(i)));
      from = to;
    }
    require(from == refs.size(), "a node has records that nothing names");
    return new KeyNode(level, items, Bytes.EMPTY);
  }

  private static List<Bytes> decodeKeys(Decoder in, int count) {
    var keys = new ArrayList<Bytes>(count);
    for (int from = 0; from < count; from += RESTART) {
      int group = Math.min(RESTART, count - from);
      Decoder.decode(in.bytes(), part -> decodeGroup(part, group, keys));
    }
    for (int i = 1; i < count; i++) {
      require(keys.get(i - 1).compareTo(keys.get(i)) < 0, "keys are out of order");
    }
    return keys;
  }

  private static List<Bytes> decodeGroup(Decoder in, int count, List<Bytes> keys) {
    var previous = new byte[0];
    for (int i = 0; i < count; i++) {
      int shared = in.varint32();
      var rest = in.bytes();
      require(shared <= previous.length, "a key shares more than there is");
      var key = Arrays.copyOf(previous, shared + rest.length);
      System.arraycopy(rest, 0, key, shared, rest.length);
      keys.add(Bytes.of(key));
      previous = key;
    }
    return keys;
  }

  private static List<Bytes> decodeTags(Decoder in, int count) {
    var tags = new Bytes[count];
    Arrays.fill(tags, Bytes.EMPTY);
    int known = in.count(1);
    var dictionary = new Bytes[known + 1];
    dictionary[0] = Bytes.EMPTY;
    for (int i = 1; i <= known; i++) {
      dictionary[i] = Bytes.of(in.bytes());
    }
    for (int i = 0; i < count && known > 0; i++) {
      int number = in.varint32();
      require(number <= known, "an item has a tag that the node does not list");
      tags[i] = dictionary[number];
    }
    return List.of(tags);
  }

  private static long[] ones(int count) {
    var ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Failure(Failure.Kind.CORRUPT, otherwise);
    }
  }
}
