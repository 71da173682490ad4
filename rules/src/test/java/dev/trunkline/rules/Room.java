package dev.trunkline.rules;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The modules, and who may know whom; `ARCHITECTURE.md` shows the same table.
enum Room {
  BASE(),
  TESTKIT(BASE),
  WIRE(),
  OBJECTS(BASE),
  METADATA(BASE),
  CONTENT(OBJECTS),
  STORAGE(CONTENT, METADATA),
  VERSIONS(STORAGE),
  PLANNING(CONTENT),
  DATUM(CONTENT),
  PIPELINES(VERSIONS, PLANNING, DATUM),
  RUNNERS(PIPELINES),
  SERVICES(WIRE, PIPELINES),
  GATEWAY(SERVICES),
  CLI(WIRE, BASE),
  SERVER(GATEWAY, RUNNERS, CLI),
  RULES(SERVER),
  E2E(SERVER),
  BENCH(SERVER);

  /// Never changes; the type of an immutable list does not say so.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Room> uses;

  Room(Room... uses) {
    this.uses = List.of(uses);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String packages() {
    return "dev.trunkline." + word() + "..";
  }

  /// What this room may use, directly or through others.
  Set<Room> known() {
    var known = EnumSet.noneOf(Room.class);
    for (var room : uses) {
      known.add(room);
      known.addAll(room.known());
    }
    return known;
  }

  /// The third column of the table.
  String used() {
    return uses.isEmpty() ? "-" : String.join(", ", uses.stream().map(Room::word).toList());
  }
}
