package dev.trunkline.bench;

import dev.trunkline.base.Clock;
import java.util.ArrayList;
import java.util.List;

/// The table of a run, and the page that holds it.
final class Report {
  private static final String HEAD =
      """
      | row | work | Trunkline, median [min..max] | peer, median | ratio | goal | verdict | Pachyderm 2.12 |
      |---|---|---|---|---|---|---|---|
      """;

  private final boolean quick;
  private final List<String> lines = new ArrayList<>();
  private int shown;

  Report(boolean quick) {
    this.quick = quick;
  }

  /// Adds what was measured while `java -version` took so many seconds.
  void add(Measurement measurement, double java) {
    lines.add(measurement.line(java));
  }

  void failed(Row row, RuntimeException failure) {
    lines.add("| %s | %s | failed: %s | | | | | |".formatted(row.name(), row.what(), failure));
  }

  /// The lines since this was last asked.
  List<String> newest() {
    var newest = List.copyOf(lines.subList(shown, lines.size()));
    shown = lines.size();
    return newest;
  }

  String table() {
    return HEAD + String.join("\n", lines) + "\n";
  }

  String page() {
    return """
    # Performance

    What `./dev bench%s` measured on %s, on %s.
    Both sides run in the same minutes on the same machine, so the ratio counts and the absolute figures do not: medians of pairs,
    each side in fresh folders, inputs from fixed generators. "Disturbed" means that others used more than 0.3 of a core in every
    pair. Trunkline is the packaged server behind gRPC on loopback, every call durable when it returns. The last column holds the
    figures of Pachyderm 2.12's own server from another machine ("there"), and what they would be on this one in the minutes of the row
    ("here"): times what a yardstick takes here, divided by what it took there. The yardstick is the row's peer where it was measured
    there too (cp, git, `java -version`), else `java -version` (34 ms there).

    %s
    Rows are numbered as in the project's table of goals. `shape` rows compare us with ourselves: the same change in something ten times the
    size must stay within twice the time. `old` rows repeat work whose time with Pachyderm 2.12 is known.

    To repeat: `./dev bench` (all, about twenty minutes), `./dev bench 6` (one row), `./dev bench --quick` (small sizes, prints only).
    """
        .formatted(
            quick ? " --quick" : "",
            Clock.system().now().toString().substring(0, 10),
            Machine.describe(),
            table());
  }
}
