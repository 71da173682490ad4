package dev.trunkline.bench;

import java.util.List;
import java.util.Locale;

/// What one row found: the same work by us and by a peer, several times.
///
/// @param peer who else did it; empty where there is nobody and `goal` is a number of our own unit
/// @param unit `s`, `ms` or `MiB`
/// @param goal the most that ours may be, as a multiple of the peer's or in `unit`; 0 for none
record Measurement(
    String row,
    String what,
    List<Pair> pairs,
    String peer,
    String unit,
    double goal,
    Pachyderm pachyderm) {

  /// More foreign work than this spoils a pair.
  private static final double FOREIGN = 0.3;

  /// One pair of runs, and how many cores others used meanwhile.
  record Pair(double ours, double peer, double foreign) {}

  private List<Pair> counted() {
    var quiet = pairs.stream().filter(pair -> pair.foreign() <= FOREIGN).toList();
    return quiet.isEmpty() ? pairs : quiet;
  }

  /// Whether others used so much of the machine that the figures mean little.
  boolean disturbed() {
    return pairs.stream().allMatch(pair -> pair.foreign() > FOREIGN);
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double ours() {
    return median(counted().stream().map(Pair::ours).toList());
  }

  double peers() {
    return median(counted().stream().map(Pair::peer).toList());
  }

  /// Ours divided by the peer's, pair by pair.
  double ratio() {
    return peer.isEmpty()
        ? ours()
        : median(counted().stream().map(p -> p.ours() / p.peer()).toList());
  }

  /// One row of the table, on a machine where `java -version` takes `java` seconds.
  String line(double java) {
    return "| %s | %s | %s | %s | %s | %s | %s | %s |"
        .formatted(
            row,
            what,
            span(),
            peer.isEmpty() ? "-" : peer + " " + figure(peers(), unit),
            peer.isEmpty() ? "-" : number(ratio()),
            goal == 0 ? "-" : "<= " + (peer.isEmpty() ? figure(goal, unit) : number(goal)),
            verdict() + (disturbed() ? " (disturbed)" : ""),
            pachyderm.known() ? old(java) : "-");
  }

  private String verdict() {
    if (goal == 0) {
      return "-";
    }
    return ratio() <= goal ? "met" : "short by %.1fx".formatted(ratio() / goal);
  }

  private String old(double java) {
    double scale = unit.equals("ms") ? 1000 : 1;
    double here = pachyderm.here(peers() / scale, java);
    return "%s there, %s here: %s"
        .formatted(
            figure(pachyderm.seconds(), "s"),
            figure(here, "s"),
            ours() / scale <= here ? "we are faster" : "WE ARE SLOWER");
  }

  private String span() {
    var values = counted().stream().map(Pair::ours).sorted().toList();
    return "%s [%s..%s]"
        .formatted(figure(ours(), unit), number(values.getFirst()), number(values.getLast()));
  }

  private static String figure(double value, String unit) {
    return number(value) + " " + unit;
  }

  private static String number(double value) {
    var format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
