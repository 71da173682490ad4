package dev.trunkline.bench;

import java.util.List;

/// Bytes going in: rows 1 and 3.
final class FileRows {
  private FileRows() {}

  static List<Row> all() {
    return List.of(
        Row.of("1", "put one large file", FileRows::large),
        Row.of("3", "put many small files", FileRows::small));
  }

  private static List<Measurement> large(Bench bench) {
    long bytes = bench.scale().large();
    var source = Inputs.incompressible(bench.folder().resolve("R"), bytes);
    Shell.run(bench.folder(), "sh", "-c", "cat " + source + " > /dev/null");
    try (var server = bench.server();
        var client = server.client()) {
      var pairs =
          bench.pairs(
              round -> {
                var repo = "large" + round;
                client.createRepo(repo);
                return Bench.seconds(
                    () -> client.put(repo, Inputs.file("/file", Inputs.open(source))));
              },
              _ -> copy(bench, source.toString()));
      var what = "put %d MiB, incompressible, in one stream".formatted(bytes >> 20);
      double old = bench.scale().quick() ? 0 : 20;
      return List.of(new Measurement("1", what, pairs, "cp + sync", "s", 2.0, old));
    }
  }

  private static double copy(Bench bench, String source) {
    var target = bench.folder().resolve("copy");
    double seconds =
        Bench.seconds(() ->
            Shell.run(
                bench.folder(), "sh", "-c", "cp " + source + " " + target + " && sync " + target));
    Shell.run(bench.folder(), "rm", target.toString());
    return seconds;
  }

  private static List<Measurement> small(Bench bench) {
    int count = bench.scale().small();
    var source = Inputs.small(bench.folder().resolve("S"), count);
    try (var server = bench.server();
        var client = server.client()) {
      var pairs =
          bench.pairs(
              round -> {
                var repo = "small" + round;
                client.createRepo(repo);
                return Bench.seconds(() -> client.put(repo, Inputs.folder(source)));
              },
              _ -> Git.importFolder(bench.folder(), source));
      var what = "put %,d files of 1 to 8 KiB in one stream".formatted(count);
      double old = bench.scale().quick() ? 0 : 6.1;
      return List.of(new Measurement("3", what, pairs, "git add + commit", "s", 0.21, old));
    }
  }
}
