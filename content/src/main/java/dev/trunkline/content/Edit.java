package dev.trunkline.content;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.FilePath;
import dev.trunkline.base.Hash;
import java.util.ArrayList;
import java.util.List;

/// One edit of a file set.
///
/// The key is the path, a zero byte and the datum; the path of a reset ends in a slash, so it comes
/// before the edits of what lies below it.
sealed interface Edit {
  Bytes key();

  String datum();

  Item encode();

  static Edit decode(Item item) {
    var key = item.key().text();
    int zero = key.indexOf('\0');
    var path = key.substring(0, zero);
    var datum = key.substring(zero + 1);
    if (path.endsWith("/")) {
      return new Reset(FilePath.clean(path), datum);
    }
    return Decoder.decode(
        item.value().array(),
        in -> {
          int flags = in.u8();
          var content = FileRef.decode(in, item.refs().iterator());
          return new OfFile(new FilePath(path), datum, (flags & 1) != 0, (flags & 2) != 0, content);
        });
  }

  /// Everything below a directory goes: of one datum, or of all where the datum is empty.
  record Reset(FilePath directory, String datum) implements Edit {
    @Override
    public Bytes key() {
      return Bytes.of(directory.asDirectory() + "\0" + datum);
    }

    boolean covers(String other) {
      return datum.isEmpty() || datum.equals(other);
    }

    @Override
    public Item encode() {
      return Item.of(key(), Bytes.EMPTY);
    }
  }

  /// What happens to a file: it loses its content (`reset`), it exists afterwards (`present`), and
  /// content is appended to it.
  record OfFile(FilePath path, String datum, boolean reset, boolean present, FileRef content)
      implements Edit {
    @Override
    public Bytes key() {
      return Bytes.of(path.text() + "\0" + datum);
    }

    /// This edit and then `newer` as one.
    OfFile then(OfFile newer, FileSets sets, Appender appender) {
      if (newer.reset) {
        return newer;
      }
      return new OfFile(
          path,
          datum,
          reset,
          present || newer.present,
          sets.concat(content, newer.content, appender));
    }

    @Override
    public Item encode() {
      var value = new Encoder().u8((reset ? 1 : 0) | (present ? 2 : 0));
      List<Ref> refs = new ArrayList<>();
      content.encode(value, refs);
      var bytes = Bytes.of(value.array());
      var meaning = new Encoder().u8((reset ? 1 : 0) | (present ? 2 : 0)).hash(content.hash());
      return new Item(
          key(),
          bytes,
          refs,
          Hash.sha256(meaning.array()),
          new Summary(present ? 1 : 0, content.length(), 0));
    }
  }
}
