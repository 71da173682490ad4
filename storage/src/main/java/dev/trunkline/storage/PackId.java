package dev.trunkline.storage;

import dev.trunkline.content.Location;

/// A pack of a session, as locations name it.
record PackId(long session, int number) {
  static PackId of(Location at) {
    return new PackId(at.session(), at.pack());
  }

  /// The name of the object that holds the pack.
  String object() {
    return "packs/%016x/%08x".formatted(session, number);
  }

  @Override
  public String toString() {
    return session + "/" + number;
  }
}
