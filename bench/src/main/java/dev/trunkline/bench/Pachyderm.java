package dev.trunkline.bench;

/// What Pachyderm 2.12 takes for the work of a row. It was measured once, on another machine; what
/// it would take on this one, the yardstick tells: something else that was measured there as well.
///
/// @param seconds what it took there; 0 where that is not known
/// @param yardstick what the row's peer took there, in seconds; 0 where `java -version` is the
///   yardstick
record Pachyderm(double seconds, double yardstick) {
  static final Pachyderm UNKNOWN = new Pachyderm(0, 0);

  /// What `java -version` took there.
  private static final double JAVA = 0.034;

  static Pachyderm took(double seconds) {
    return new Pachyderm(seconds, 0);
  }

  /// Beside a peer that took `yardstick`.
  static Pachyderm took(double seconds, double yardstick) {
    return new Pachyderm(seconds, yardstick);
  }

  /// The same where a quick run does less work than what was measured.
  Pachyderm unless(boolean quick) {
    return quick ? UNKNOWN : this;
  }

  boolean known() {
    return seconds > 0;
  }

  /// What it would take here, where the row's peer and `java -version` take so many seconds.
  double here(double peer, double java) {
    return seconds * (yardstick > 0 ? peer / yardstick : java / JAVA);
  }
}
