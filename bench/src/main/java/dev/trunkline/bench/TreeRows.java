package dev.trunkline.bench;

import dev.trunkline.wire.pfs.Commit;
import java.util.ArrayList;
import java.util.List;

/// Large trees and small changes: rows 6 and 8, and their shape.
final class TreeRows {
  private static final int OLD_TREE = 100_000;

  private TreeRows() {}

  static List<Row> all() {
    return List.of(
        Row.of("6", "commit and compare 100 changes in a large repo (also row 8)", TreeRows::large),
        Row.of(
            "shape-commit",
            "a commit of 100 changes in 10,000 and in 100,000 files",
            TreeRows::shape));
  }

  private static List<Measurement> large(Bench bench) {
    int count = bench.scale().tree();
    var git = Git.tree(bench.folder(), count);
    try (var server = bench.server();
        var client = server.client()) {
      client.createRepo("tree");
      client.put("tree", Inputs.tree(count));
      warm(client, count);
      var commits = new ArrayList<Commit>();
      var commit =
          bench.pairs(
              round ->
                  1000
                      * Bench.seconds(() ->
                          commits.add(client.change("tree", Inputs.hundred(count, 50 + round)))),
              round -> 1000 * git.commitHundred(count, 50 + round));
      var diff =
          bench.pairs(
              _ -> 1000 * Bench.seconds(() -> expect(200, client.diff(commits.getLast()))),
              _ -> 1000 * git.diff());
      var files = "%,d files".formatted(count);
      // Pachyderm's figures are those of OLD_TREE files; a larger tree is not the same work.
      boolean other = count != OLD_TREE;
      return List.of(
          new Measurement(
              "6",
              "commit 100 changes in " + files,
              commit,
              "git",
              "ms",
              0.05,
              Pachyderm.took(0.28).unless(other)),
          new Measurement(
              "8",
              "compare two such commits",
              diff,
              "git diff",
              "ms",
              0.25,
              Pachyderm.took(0.8).unless(other)));
    }
  }

  /// The first calls of a fresh server say more about the JVM than about us.
  private static void warm(Client client, int count) {
    for (int round = 0; round < 10; round++) {
      var commit = client.change("tree", Inputs.hundred(count, 20 + round));
      client.diff(commit);
    }
  }

  /// 100 changed files and at least their directories are in the answer.
  private static void expect(int least, long answers) {
    if (answers < least / 2) {
      throw new IllegalStateException("expected at least " + least / 2 + " answers: " + answers);
    }
  }

  private static List<Measurement> shape(Bench bench) {
    try (var server = bench.server();
        var client = server.client()) {
      for (int count : List.of(OLD_TREE / 10, OLD_TREE)) {
        client.createRepo("tree" + count);
        client.put("tree" + count, Inputs.tree(count));
        for (int round = 0; round < 10; round++) {
          client.change("tree" + count, Inputs.hundred(count, 20 + round));
        }
      }
      var pairs =
          Bench.pairs(
              2 * bench.scale().pairs() + 1,
              round -> hundred(client, OLD_TREE, round),
              round -> hundred(client, OLD_TREE / 10, round));
      var byHand =
          bench.pairs(round -> 1000 * byCommandLine(bench, server, client, round), Bench::nobody);
      var head = Client.head("tree" + OLD_TREE);
      var last = client.finished(head);
      int often = bench.scale().pairs();
      Runnable walk = () -> client.glob(head, "/**");
      return List.of(
          new Measurement(
              "shape",
              "commit 100 changes in 100,000 files",
              pairs,
              "in 10,000",
              "ms",
              2,
              Pachyderm.took(0.28)),
          new Measurement(
              "old",
              "pachctl put file -r of 100 files into 100,000",
              byHand,
              "",
              "ms",
              0,
              Pachyderm.took(0.41)),
          alone(often, "compare two commits of 100,000 files", 0.8, () -> client.diff(last)),
          alone(1, "the first walk of 100,000 files by glob /**", 0.74, walk),
          alone(2 * often, "such walks from then on", 0.74, walk),
          alone(often, "glob /* at the root", 0.86, () -> client.glob(head, "/*")));
    }
  }

  private static double hundred(Client client, int count, int round) {
    var edits = Inputs.hundred(count, 40 + round);
    return 1000 * Bench.seconds(() -> client.change("tree" + count, edits));
  }

  private static double byCommandLine(Bench bench, Server server, Client client, int round) {
    var files = Inputs.hundredFiles(bench.folder(), OLD_TREE, 80 + round).toString();
    var repo = "tree" + OLD_TREE;
    return Bench.seconds(() -> {
      server.pachctl("put", "file", "-r", repo + "@master:/", "-f", files);
      client.finished(Client.head(repo));
    });
  }

  /// Work whose time with Pachyderm is known; the goal is to be no slower.
  private static Measurement alone(int often, String what, double old, Runnable work) {
    var pairs = Bench.pairs(often, _ -> Bench.seconds(work), Bench::nobody);
    return new Measurement("old", what, pairs, "", "s", 0, Pachyderm.took(old));
  }
}
