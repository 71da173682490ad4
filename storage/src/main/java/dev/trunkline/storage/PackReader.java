package dev.trunkline.storage;

import dev.trunkline.base.Failure;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Ref;
import dev.trunkline.metadata.Database;
import dev.trunkline.objects.ObjectStore;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads stored bytes out of published packs, be they objects or rows, and follows records to where
/// they were moved.
final class PackReader {
  private static final int FOOTERS = 64;

  /// How often a record may have been moved before something must be wrong.
  private static final int MOVES = 8;

  private final Database database;
  private final ObjectStore objects;
  private final SmallPacks smallPacks;
  private final Map<PackId, List<PackFormat.Stored>> footers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PackId, List<PackFormat.Stored>> eldest) {
          return size() > FOOTERS;
        }
      };

  PackReader(Database database, ObjectStore objects, SmallPacks smallPacks) {
    this.database = database;
    this.objects = objects;
    this.smallPacks = smallPacks;
  }

  /// Bytes of a pack; a missing one is a failure.
  byte[] read(PackId pack, long offset, int length) {
    var row = smallPacks.find(pack);
    if (row == null) {
      return objects.get(pack.object(), offset, length);
    }
    if (offset + length > row.length) {
      throw PackFormat.damaged(pack, "it ends before byte " + (offset + length));
    }
    return Arrays.copyOfRange(row, (int) offset, (int) offset + length);
  }

  /// Whether there is such a pack, in either form.
  boolean exists(PackId pack) {
    return smallPacks.find(pack) != null || objects.size(pack.object()).isPresent();
  }

  /// Whether the pack is an object, of which adjacent records can be read at once.
  boolean isObject(PackId pack) {
    return smallPacks.find(pack) == null;
  }

  /// The failure to report for a pack that could not be read as `cause` says.
  Failure explain(PackId pack, long offset, Failure cause) {
    if (cause.kind() != Failure.Kind.CORRUPT) {
      return cause;
    }
    if (!exists(pack)) {
      return new Failure(
          Failure.Kind.CORRUPT,
          "pack %s is missing (object %s): restore it from a backup".formatted(pack, pack.object()),
          cause);
    }
    try {
      PackFormat.checkHeader(pack, read(pack, 0, PackFormat.HEADER));
    } catch (Failure e) {
      return e;
    }
    return new Failure(
        Failure.Kind.CORRUPT,
        "pack %s is damaged at byte %d (%s): restore it from a backup"
            .formatted(pack, offset, cause.getMessage()),
        cause);
  }

  /// Where the record of a pack that is no more lies now.
  Optional<Moved> moved(Ref ref) {
    var from = List.of(PackId.of(ref.at()));
    for (int i = 0; i < MOVES && !from.isEmpty(); i++) {
      var packs = from;
      var targets =
          database.read(
              tx -> packs.stream().flatMap(p -> StorageRows.forwards(tx, p).stream()).toList());
      for (var target : targets) {
        var found = exists(target) ? find(target, ref.hash()) : Optional.<Moved>empty();
        if (found.isPresent()) {
          return found;
        }
      }
      from = targets;
    }
    return Optional.empty();
  }

  private Optional<Moved> find(PackId pack, Hash hash) {
    var records = footer(pack);
    int low = 0;
    int high = records.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (records.get(middle).hash().compareTo(hash) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    boolean hit = low < records.size() && records.get(low).hash().equals(hash);
    return hit ? Optional.of(new Moved(pack, records.get(low))) : Optional.empty();
  }

  /// The records of a pack, by hash.
  List<PackFormat.Stored> footer(PackId pack) {
    synchronized (footers) {
      var known = footers.get(pack);
      if (known != null) {
        return known;
      }
    }
    PackFormat.checkHeader(pack, read(pack, 0, PackFormat.HEADER));
    var row = smallPacks.find(pack);
    long size = row == null ? objects.size(pack.object()).orElse(0) : row.length;
    if (size < PackFormat.HEADER + PackFormat.TAIL) {
      throw PackFormat.damaged(pack, "it is too short");
    }
    var tail = read(pack, size - PackFormat.TAIL, PackFormat.TAIL);
    int length = PackFormat.footerLength(pack, tail);
    long start = size - PackFormat.TAIL - length;
    if (start < PackFormat.HEADER) {
      throw PackFormat.damaged(pack, "its footer is longer than the pack");
    }
    var records = PackFormat.records(pack, read(pack, start, length), tail);
    synchronized (footers) {
      footers.put(pack, records);
    }
    return records;
  }

  /// A record in the pack that it was moved to.
  record Moved(PackId pack, PackFormat.Stored record) {}
}
