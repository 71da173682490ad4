package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Check;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// How the children of a directory stand in its [KeyTree]: a file under its name, a directory under
/// its name and a slash, so that keys are in the order of whole paths. `docs/format/trees.md`,
/// section 4.
final class Children {
  private Children() {}

  static Bytes fileKey(String name) {
    return Bytes.of(name);
  }

  static Bytes directoryKey(String name) {
    return Bytes.of(name + "/");
  }

  static boolean isDirectory(Item item) {
    var key = item.key().array();
    return key[key.length - 1] == '/';
  }

  static String name(Item item) {
    var key = item.key().text();
    return isDirectory(item) ? key.substring(0, key.length() - 1) : key;
  }

  /// A directory whose twin, a file of the same name, exists is one conflict more.
  static Item directory(String name, Root root, boolean twin) {
    var value = new Encoder().hash(root.content()).u8(root.level());
    root.summary().encode(value);
    var summary = root.summary().plus(new Summary(0, 0, twin ? 1 : 0));
    return new Item(
        directoryKey(name),
        Bytes.of(value.array()),
        List.of(root.present()),
        root.content(),
        summary);
  }

  static Root root(Item directory) {
    return Decoder.decode(
        directory.value().array(),
        in -> {
          var content = in.hash();
          int level = in.u8();
          return new Root(directory.refs().getFirst(), content, level, Summary.decode(in));
        });
  }

  static Item file(String name, NavigableMap<String, FileRef> variants) {
    Check.that(!variants.isEmpty(), "a file has content by at least one datum");
    var value = new Encoder().varint(variants.size());
    var content = new Encoder();
    var refs = new ArrayList<Ref>();
    long bytes = 0;
    for (var variant : variants.entrySet()) {
      value.text(variant.getKey());
      variant.getValue().encode(value, refs);
      bytes += variant.getValue().length();
      content.hash(variant.getValue().hash());
    }
    boolean one = variants.size() == 1;
    var hash = one ? variants.firstEntry().getValue().hash() : Hash.sha256(content.array());
    return new Item(
        fileKey(name),
        Bytes.of(value.array()),
        refs,
        hash,
        new Summary(variants.size(), bytes, one ? 0 : 1));
  }

  static NavigableMap<String, FileRef> variants(Item file) {
    var refs = file.refs().iterator();
    return Decoder.decode(
        file.value().array(),
        in -> {
          var variants = new TreeMap<String, FileRef>();
          int count = in.varint32();
          for (int i = 0; i < count; i++) {
            var datum = in.text();
            variants.put(datum, FileRef.decode(in, refs));
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
    variants(item).forEach((datum, content) -> files.add(new Entry.OfFile(path, datum, content)));
    return files;
  }
}
