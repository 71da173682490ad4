package dev.trunkline.bench;

/// How large the workloads are.
record Scale(boolean quick) {
  /// The large file, in bytes.
  long large() {
    return quick ? 256L << 20 : 2L << 30;
  }

  /// Files of 1 to 8 KiB.
  int small() {
    return quick ? 10_000 : 100_000;
  }

  /// Files of the large repo.
  int tree() {
    return quick ? 100_000 : 1_000_000;
  }

  /// Datums of the large job.
  int datums() {
    return quick ? 1_000 : 10_000;
  }

  /// How often each side is measured.
  int pairs() {
    return quick ? 3 : 5;
  }
}
