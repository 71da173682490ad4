package dev.trunkline.cli;

import java.util.ArrayList;
import java.util.List;

/// A table as both eras print it: cells padded to the widest of their column and one blank, the
/// header again every 50 lines.
final class Table {
  private static final int BLOCK = 49;

  private final Session session;
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();
  private boolean printed;
  private boolean live;

  Table(Session session, String... header) {
    this.session = session;
    this.header = List.of(header);
  }

  void row(String... cells) {
    rows.add(List.of(cells));
    if (live || rows.size() == BLOCK) {
      flush();
    }
  }

  /// Prints every row as it comes, under one header.
  Table live() {
    live = true;
    return this;
  }

  private void flush() {
    var block = new ArrayList<List<String>>();
    block.add(header);
    block.addAll(rows);
    var widths = widths(block);
    for (var cells : live && printed ? rows : block) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        var cell = cells.get(i);
        line.append(cell).repeat(' ', widths[i] - cell.length() + 1);
      }
      session.print(line.toString());
    }
    rows.clear();
    printed = true;
    if (live) {
      session.flush();
    }
  }

  private static int[] widths(List<List<String>> block) {
    var widths = new int[block.getFirst().size()];
    for (var cells : block) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], cells.get(i).length());
      }
    }
    return widths;
  }

  void end() {
    if (!rows.isEmpty() || !printed) {
      flush();
    }
  }
}
