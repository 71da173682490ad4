package dev.trunkline.bench;

import java.util.List;

/// Starting and idling: rows 14, 15 and 16.
final class ProcessRows {
  private ProcessRows() {}

  static List<Row> all() {
    return List.of(
        Row.of(
            "14", "server start with a large repo, idle memory (also row 16)", ProcessRows::server),
        Row.of("15", "the command line", ProcessRows::commandLine));
  }

  private static List<Measurement> server(Bench bench) {
    int count = bench.scale().tree();
    var data = bench.folder();
    try (var first = bench.server(data);
        var client = first.client()) {
      client.createRepo("tree");
      client.put("tree", Inputs.tree(count));
    }
    var start =
        bench.pairs(
            _ -> {
              try (var server = bench.server(data)) {
                return server.startSeconds();
              }
            },
            _ -> bench.bareJava());
    var idle =
        Bench.pairs(
            3,
            _ -> {
              try (var server = bench.server(data);
                  var client = server.client()) {
                client.list(Client.head("tree"), "/");
                return server.residentMebibytes();
              }
            },
            Bench::nobody);
    var files = "%,d files".formatted(count);
    return List.of(
        new Measurement(
            "14",
            "server start to ready, " + files,
            start,
            "java -version",
            "s",
            44,
            Pachyderm.took(0.7, 0.034)),
        new Measurement(
            "16", "idle memory of the server, " + files, idle, "", "MiB", 180, Pachyderm.UNKNOWN));
  }

  private static List<Measurement> commandLine(Bench bench) {
    try (var server = bench.server()) {
      var program = bench.dist().resolve("bin/pachctl").toString();
      var address = "PACHD_ADDRESS=" + server.address();
      var version =
          bench.pairs(
              _ ->
                  1000
                      * Bench.seconds(
                          () -> Shell.run(bench.folder(), program, "version", "--client-only")),
              _ -> 1000 * bench.bareJava());
      var call =
          bench.pairs(
              _ ->
                  1000
                      * Bench.seconds(
                          () -> Shell.run(bench.folder(), "env", address, program, "list", "repo")),
              _ -> 1000 * bench.bareJava());
      return List.of(
          new Measurement(
              "15",
              "pachctl version --client-only",
              version,
              "java -version",
              "ms",
              2.7,
              Pachyderm.UNKNOWN),
          new Measurement(
              "15",
              "pachctl list repo",
              call,
              "java -version",
              "ms",
              6.7,
              Pachyderm.took(0.11, 0.034)));
    }
  }
}
