package dev.trunkline.storage;

import dev.trunkline.metadata.Database;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// The packs of others that one stream relies on, so that collection leaves them alone: one row for
/// each, made in one transaction for all that a record needs. Used by one thread at a time.
final class Pins {
  private final Database database;
  private final StorageRows.Stream stream;
  private final Set<PackId> held = new HashSet<>();
  private final Set<PackId> gone = new HashSet<>();

  /// Set before another stream pins on behalf of this one.
  private volatile boolean any;

  Pins(Database database, StorageRows.Stream stream) {
    this.database = database;
    this.stream = stream;
  }

  /// Pins `packs`; false, and nothing is pinned, where one of them is not live any more.
  boolean hold(Collection<PackId> packs) {
    var missing = new TreeSet<>(StorageRows.ORDER);
    for (var pack : packs) {
      if (gone.contains(pack)) {
        return false;
      }
      if (!held.contains(pack)) {
        missing.add(pack);
      }
    }
    if (missing.isEmpty()) {
      return true;
    }
    any = true;
    var dead = database.write(tx -> StorageRows.pin(tx, stream, missing));
    gone.addAll(dead);
    if (dead.isEmpty()) {
      held.addAll(missing);
    }
    return dead.isEmpty();
  }

  /// Says that there are rows to release, or are about to be.
  void expect() {
    any = true;
  }

  /// Whether there may be rows to release.
  boolean any() {
    return any;
  }

  /// Says that the transaction that released them is durable.
  void released() {
    any = false;
    held.clear();
  }

  /// The packs of others that are pinned.
  Set<PackId> held() {
    return held;
  }

  StorageRows.Stream stream() {
    return stream;
  }

  /// Gives up all pins, outside of a publishing transaction.
  void release() {
    if (any) {
      database.<Object>write(tx -> StorageRows.unpin(tx, stream));
    }
  }
}
