package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What goes from below a directory before the edits of a file set: the files of some datums, or of
/// any.
record Reset(boolean any, SortedSet<String> datums) {
  /// Not a name of a child, so no child's key.
  static final Bytes KEY = Bytes.of("/");

  /// The files of one datum, or of any where it is empty.
  static Reset of(String datum) {
    var datums = new TreeSet<>(Tag.BY_BYTES);
    if (!datum.isEmpty()) {
      datums.add(datum);
    }
    return new Reset(datum.isEmpty(), datums);
  }

  Reset and(Reset other) {
    if (any || other.any) {
      return of("");
    }
    var both = new TreeSet<>(datums);
    both.addAll(other.datums);
    return new Reset(false, both);
  }

  boolean covers(String datum) {
    return any || datums.contains(datum);
  }

  Item item() {
    var value = new Encoder().varint(any ? 0 : datums.size());
    datums.forEach(value::text);
    var bytes = Bytes.of(value.array());
    return new Item(KEY, bytes, List.of(), Hash.sha256(bytes.array()), Summary.NONE);
  }

  static Reset of(Item item) {
    return Decoder.decode(
        item.value().array(),
        in -> {
          int count = in.count(1);
          var datums = new TreeSet<>(Tag.BY_BYTES);
          for (int i = 0; i < count; i++) {
            datums.add(in.text());
          }
          return new Reset(count == 0, datums);
        });
  }
}
