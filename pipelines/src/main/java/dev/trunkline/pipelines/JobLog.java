package dev.trunkline.pipelines;

import java.util.ArrayList;
import java.util.List;

/// The lines of a job that are not durable yet.
final class JobLog {
  private static final int MOST = 1 << 20;
  private static final int LINE = 100;

  private final List<LogLine> lines = new ArrayList<>();
  private int weight;

  /// Takes a line; true where so much has gathered that it has to become durable first.
  synchronized boolean add(LogLine line) {
    lines.add(line);
    weight += LINE + line.text().length();
    return weight >= MOST;
  }

  synchronized boolean isEmpty() {
    return lines.isEmpty();
  }

  /// Everything that was taken.
  synchronized List<LogLine> drain() {
    var taken = List.copyOf(lines);
    lines.clear();
    weight = 0;
    return taken;
  }
}
