package dev.trunkline.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Datums and jobs: rows 12 and 13, and their shape.
final class JobRows {
  private static final String COPY = "cp /pfs/in*/* /pfs/out/";

  private JobRows() {}

  static List<Row> all() {
    return List.of(
        Row.of("12", "trivial datums, then one more (also row 13)", JobRows::datums),
        Row.of(
            "shape-job", "a job with one new datum among 1,000 and among 10,000", JobRows::shape));
  }

  private static void fill(Client client, String repo, int count) {
    client.createRepo(repo);
    client.put(
        repo,
        IntStream.range(0, count)
            .mapToObj(i -> Inputs.add("/i%06d".formatted(i), Inputs.bytes("input " + i))));
  }

  private static double oneMore(Client client, String repo, String pipeline, int round) {
    var edits = Inputs.replace("/more" + round, Inputs.bytes("one more " + round));
    return Bench.seconds(() ->
        expectOne(client.succeeded(pipeline, client.put(repo, edits).getId()).getDataProcessed()));
  }

  private static void expectOne(long processed) {
    if (processed != 1) {
      throw new IllegalStateException("expected one datum to run, not " + processed);
    }
  }

  private static List<Measurement> datums(Bench bench) {
    int count = bench.scale().datums();
    var ninja = bench.folder();
    prepareNinja(ninja, count);
    try (var server = bench.server();
        var client = server.client()) {
      fill(client, "in", count);
      var all =
          Bench.pairs(
              bench.scale().quick() ? 2 : 3,
              round ->
                  Bench.seconds(() -> {
                    client.createPipeline("all" + round, "in", COPY);
                    client.succeeded("all" + round);
                  }),
              _ -> ninjaFromNothing(ninja));
      var last = "all" + (all.size() - 1);
      fill(client, "in2", count);
      client.createPipeline("more", "in2", COPY);
      client.succeeded("more");
      var more =
          bench.pairs(
              round -> 1000 * oneMore(client, "in2", "more", round),
              round -> 1000 * ninjaOneChanged(ninja, round));
      var text = "%,d".formatted(count);
      return List.of(
          new Measurement(
              "12",
              text + " trivial datums (" + last + ")",
              all,
              "ninja -j2",
              "s",
              2.4,
              Pachyderm.took(21.6).unless(count != 1000)),
          new Measurement(
              "13",
              "one new datum beside " + text,
              more,
              "ninja -j2",
              "ms",
              5,
              Pachyderm.took(1.4)));
    }
  }

  private static void prepareNinja(Path folder, int count) {
    var rules = new StringBuilder("rule c\n  command = sh -c 'cat $in > $out'\n");
    try {
      Files.createDirectories(folder.resolve("in"));
      Files.createDirectories(folder.resolve("out"));
      for (int i = 0; i < count; i++) {
        Files.writeString(folder.resolve("in/i" + i), "input " + i);
        rules.append("build out/i%d: c in/i%d\n".formatted(i, i));
      }
      Files.writeString(folder.resolve("build.ninja"), rules);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double ninjaFromNothing(Path folder) {
    Shell.run(folder, "ninja", "-t", "clean");
    Shell.run(folder, "rm", "-f", ".ninja_log", ".ninja_deps");
    return Bench.seconds(() -> Shell.run(folder, "ninja", "-j2", "--quiet"));
  }

  private static double ninjaOneChanged(Path folder, int round) {
    try {
      Files.writeString(folder.resolve("in/i" + round), "changed");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Bench.seconds(() -> Shell.run(folder, "ninja", "-j2", "--quiet"));
  }

  private static List<Measurement> shape(Bench bench) {
    int large = bench.scale().datums();
    int small = large / 10;
    try (var server = bench.server();
        var client = server.client()) {
      for (int count : List.of(small, large)) {
        fill(client, "in" + count, count);
        client.createPipeline("p" + count, "in" + count, COPY);
        client.succeeded("p" + count);
        for (int round = 0; round < 5; round++) {
          oneMore(client, "in" + count, "p" + count, 100 + round);
        }
      }
      var pairs =
          Bench.pairs(
              2 * bench.scale().pairs() + 1,
              round -> 1000 * oneMore(client, "in" + large, "p" + large, round),
              round -> 1000 * oneMore(client, "in" + small, "p" + small, round));
      fill(client, "inone", 1);
      var first =
          bench.pairs(
              round ->
                  Bench.seconds(() -> {
                    client.createPipeline("one" + round, "inone", COPY);
                    client.succeeded("one" + round);
                  }),
              Bench::nobody);
      return List.of(
          new Measurement(
              "shape",
              "one new datum beside %,d".formatted(large),
              pairs,
              "beside %,d".formatted(small),
              "ms",
              2,
              Pachyderm.UNKNOWN),
          new Measurement(
              "old",
              "one pipeline, one datum: create to output",
              first,
              "",
              "s",
              0,
              Pachyderm.took(2.4)));
    }
  }
}
