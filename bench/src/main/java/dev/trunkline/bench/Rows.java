package dev.trunkline.bench;

import java.util.List;
import java.util.stream.Stream;

/// Every row, in the order of the table.
final class Rows {
  private Rows() {}

  static List<Row> all() {
    return Stream.of(FileRows.all(), TreeRows.all(), JobRows.all(), ProcessRows.all())
        .flatMap(List::stream)
        .toList();
  }
}
