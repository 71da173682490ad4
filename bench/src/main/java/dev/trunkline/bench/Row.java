package dev.trunkline.bench;

import java.util.List;

/// One row of the table, or a few that share their preparation.
interface Row {
  /// What the command line calls it.
  String name();

  /// What is measured, in a few words.
  String what();

  /// Prepares, measures and cleans up.
  List<Measurement> run(Bench bench);

  /// A row made of its three parts.
  static Row of(
      String name, String what, java.util.function.Function<Bench, List<Measurement>> work) {
    return new Row() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String what() {
        return what;
      }

      @Override
      public List<Measurement> run(Bench bench) {
        return work.apply(bench);
      }
    };
  }
}
