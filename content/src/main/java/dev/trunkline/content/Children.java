package dev.trunkline.content;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Check;
import dev.trunkline.base.Failure;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// How the children of a directory stand in its [KeyTree]: a file under its name, a directory under
/// its name and a slash, so that keys are in the order of whole paths. `docs/format/trees.md`,
/// section 5.
final class Children {
  /// A directory whose entries weigh less stands in the entry of its parent.
  static final int INLINED_BELOW = 512;

  /// What an entry weighs beside its key and the content that stands in it.
  static final int ENTRY_WEIGHT = 40;

  /// What a written datum weighs.
  private static final int TAG_WEIGHT = 33;

  private static final byte[] VARIANTS = "trunkline variants\n".getBytes(US_ASCII);
  private static final int INLINED = 1;
  private static final int TWIN = 2;

  private Children() {}

  static Bytes fileKey(String name) {
    return Bytes.of(name);
  }

  static Bytes directoryKey(String name) {
    return Bytes.of(name + "/");
  }

  static boolean isReset(Item item) {
    return item.key().equals(Reset.KEY);
  }

  static boolean isDirectory(Item item) {
    var key = item.key().array();
    return key.length > 1 && key[key.length - 1] == '/';
  }

  static String name(Item item) {
    var key = item.key().text();
    var name = isDirectory(item) ? key.substring(0, key.length() - 1) : key;
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      throw new Failure(Failure.Kind.CORRUPT, "a directory names a child '" + name + "'");
    }
    return name;
  }

  /// A directory whose twin, a file of the same name, exists is one conflict more.
  static Item directory(String name, Root root, boolean twin) {
    boolean inlined = root.node() == null;
    var value = new Encoder().u8((inlined ? INLINED : 0) | (twin ? TWIN : 0));
    var refs = new ArrayList<Ref>();
    if (inlined) {
      var node = KeyNode.of(0, root.inlined()).toNode();
      value.raw(node.body());
      refs.addAll(node.refs());
    } else {
      value.u8(root.level());
      refs.add(root.present());
    }
    return new Item(
        directoryKey(name),
        Bytes.of(value.array()),
        refs,
        root.content(),
        root.summary().plus(new Summary(0, 0, twin ? 1 : 0)),
        root.tag());
  }

  static boolean hasTwin(Item directory) {
    return (directory.value().array()[0] & TWIN) != 0;
  }

  static Root root(Item directory) {
    return Decoder.decode(
        directory.value().array(),
        in -> {
          int flags = in.u8();
          var all = directory.summary();
          int twin = (flags & TWIN) == 0 ? 0 : 1;
          var summary = new Summary(all.files(), all.bytes(), all.conflicts() - twin);
          if ((flags & INLINED) != 0) {
            var items = KeyNode.decode(in, directory.refs()).stored();
            return new Root(null, directory.content(), 0, summary, directory.tag(), items);
          }
          int level = in.u8();
          var refs = directory.refs();
          if (refs.size() != 1) {
            throw new Failure(Failure.Kind.CORRUPT, "a directory has not one root");
          }
          return new Root(
              refs.getFirst(), directory.content(), level, summary, directory.tag(), List.of());
        });
  }

  /// A file by one datum or several; of several the tags stand in the value.
  static Item file(String name, NavigableMap<String, FileEdit> variants) {
    Check.that(!variants.isEmpty(), "a file has content by at least one datum");
    boolean one = variants.size() == 1;
    var value = new Encoder().varint(variants.size());
    var refs = new ArrayList<Ref>();
    long files = 0;
    long bytes = 0;
    for (var variant : variants.entrySet()) {
      var edit = variant.getValue();
      if (!one) {
        value.bytes(new Tag(edit.mode(), variant.getKey()).encode());
      }
      edit.content().encode(value, refs);
      files += edit.isPresent() ? 1 : 0;
      bytes += edit.content().length();
    }
    var first = variants.firstEntry();
    return new Item(
        fileKey(name),
        Bytes.of(value.array()),
        refs,
        one ? first.getValue().hash() : hash(variants),
        new Summary(files, bytes, one ? 0 : 1),
        one ? new Tag(first.getValue().mode(), first.getKey()).encode() : Bytes.EMPTY);
  }

  /// Depends on contents alone, whatever the datums are.
  private static Hash hash(NavigableMap<String, FileEdit> variants) {
    var hashed = new Encoder();
    variants.values().stream().map(FileEdit::hash).sorted().forEach(hashed::hash);
    return Hash.sha256(VARIANTS, hashed.array());
  }

  static NavigableMap<String, FileEdit> variants(Item file) {
    var refs = file.refs().iterator();
    return Decoder.decode(
        file.value().array(),
        in -> {
          var variants = new TreeMap<String, FileEdit>(Tag.BY_BYTES);
          int count = in.count(1);
          for (int i = 0; i < count; i++) {
            var tag = Tag.decode(count == 1 ? file.tag() : Bytes.of(in.bytes()));
            variants.put(tag.datum(), new FileEdit(tag.mode(), FileRef.decode(in, refs)));
          }
          if (variants.isEmpty() || variants.size() != count || refs.hasNext()) {
            throw new Failure(Failure.Kind.CORRUPT, "a file has not the variants that it counts");
          }
          return variants;
        });
  }

  /// The entries that an item stands for: a directory, or one file for each datum.
  static List<Entry> entries(FilePath parent, Item item) {
    var path = parent.child(name(item));
    if (isDirectory(item)) {
      return List.of(new Entry.OfDirectory(path, root(item)));
    }
    var files = new ArrayList<Entry>();
    variants(item)
        .forEach((datum, file) -> files.add(new Entry.OfFile(path, datum, file.content())));
    return files;
  }

  /// What items of a directory weigh that are stored like this: key, content that stands here, tags
  /// that are written here, and the like below inlined directories.
  static int weight(List<Item> stored) {
    long weight = 0;
    for (var item : stored) {
      weight += item.key().length() + ENTRY_WEIGHT + (item.tag().isEmpty() ? 0 : TAG_WEIGHT);
      if (isReset(item)) {
        weight += item.value().length();
      } else if (isDirectory(item)) {
        var root = root(item);
        weight += root.node() == null ? weight(root.inlined()) : INLINED_BELOW;
      } else {
        weight += weight(item);
      }
      if (weight >= INLINED_BELOW) {
        return INLINED_BELOW;
      }
    }
    return (int) weight;
  }

  private static long weight(Item file) {
    boolean untagged = file.tag().isEmpty();
    var variants = variants(untagged && file.summary().conflicts() == 0 ? file.tagged(ANY) : file);
    long inline =
        variants.values().stream()
            .mapToLong(v -> v.content() instanceof FileRef.Inline i ? i.content().length() : 0)
            .sum();
    return inline + (variants.size() > 1 ? (long) TAG_WEIGHT * variants.size() : 0);
  }

  /// Stands in where a tag is not known and does not matter.
  private static final Bytes ANY = new Tag(Tag.Mode.FILE, "any").encode();
}
