package dev.trunkline.bench;

import java.util.List;

/// Bytes going in: rows 1 and 3.
final class FileRows {
  /// What `cp` and `sync` of the large file took where Pachyderm was measured.
  private static final double CP = 4.95;

  /// What git took there for the small files.
  private static final double GIT = 14.5;

  private FileRows() {}

  static List<Row> all() {
    return List.of(
        Row.of("1", "put one large file", FileRows::large),
        Row.of("3", "put many small files", FileRows::small),
        Row.of("put-r", "put a folder by the command line", FileRows::folder));
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
      var got =
          bench.pairs(
              round ->
                  Bench.seconds(
                      () -> expect(bytes, client.get(Client.head("large" + round), "/file"))),
              _ -> copy(bench, source.toString()));
      boolean quick = bench.scale().quick();
      return List.of(
          new Measurement(
              "1", what, pairs, "cp + sync", "s", 2.0, Pachyderm.took(20, CP).unless(quick)),
          new Measurement(
              "old",
              "get it back",
              got,
              "cp + sync",
              "s",
              0,
              Pachyderm.took(6.4, CP).unless(quick)));
    }
  }

  private static void expect(long bytes, long got) {
    if (got != bytes) {
      throw new IllegalStateException("expected %d bytes, got %d".formatted(bytes, got));
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
      var old = Pachyderm.took(6.1, GIT).unless(bench.scale().quick());
      return List.of(new Measurement("3", what, pairs, "git add + commit", "s", 0.21, old));
    }
  }

  /// What people do: a folder, by the command line.
  private static List<Measurement> folder(Bench bench) {
    int count = bench.scale().small();
    var source = Inputs.kibibytes(bench.folder().resolve("K"), count);
    try (var server = bench.server();
        var client = server.client()) {
      var pairs =
          Bench.pairs(
              3,
              round -> {
                client.createRepo("k" + round);
                return Bench.seconds(() -> {
                  server.pachctl(
                      "put", "file", "-r", "k" + round + "@master:/", "-f", source.toString());
                  client.finished(Client.head("k" + round));
                });
              },
              Bench::nobody);
      var what = "pachctl put file -r of %,d files of 1 KiB".formatted(count);
      var old = Pachyderm.took(4.7).unless(bench.scale().quick());
      return List.of(new Measurement("old", what, pairs, "", "s", 0, old));
    }
  }
}
