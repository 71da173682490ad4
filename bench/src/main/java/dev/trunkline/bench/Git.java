package dev.trunkline.bench;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A git repository that holds the same tree of tiny files.
final class Git {
  private final Path folder;

  private Git(Path folder) {
    this.folder = folder;
  }

  /// A bare repository whose only commit has a tree of `count` files.
  static Git tree(Path folder, int count) {
    var git = new Git(folder);
    git.git("", "init", "-q", "--bare", ".");
    var stream = new StringBuilder("commit refs/heads/master\ncommitter a <a@b> 1 +0000\ndata 0\n");
    for (int i = 0; i < count; i++) {
      var content = "content of " + i;
      stream.append("M 100644 inline ").append(Inputs.treePath(i).substring(1)).append('\n');
      stream.append("data ").append(content.length()).append('\n').append(content).append('\n');
    }
    git.git(stream.toString(), "fast-import", "--quiet");
    git.git("", "read-tree", "master");
    return git;
  }

  /// Runs git without its `gc --auto`, which would go on packing in the background, into what is
  /// measured next.
  private String git(String input, String... words) {
    var command =
        Stream.concat(Stream.of("git", "-c", "gc.auto=0"), Stream.of(words)).toArray(String[]::new);
    return Shell.feed(folder, input, command);
  }

  /// What it takes to commit new content of 100 files of a tree of `count`, in seconds.
  double commitHundred(int count, int round) {
    var blob = git("changed in round " + round, "hash-object", "-w", "--stdin");
    var index =
        IntStream.range(0, 100)
            .map(i -> i * (count / 100) + round)
            .mapToObj(i -> "100644 %s\t%s".formatted(blob, Inputs.treePath(i).substring(1)))
            .collect(Collectors.joining("\n", "", "\n"));
    return Bench.seconds(() -> {
      git(index, "update-index", "--index-info");
      var tree = git("", "write-tree");
      var commit =
          git(
              "",
              "-c",
              "user.name=a",
              "-c",
              "user.email=a@b",
              "commit-tree",
              tree,
              "-p",
              "master",
              "-m",
              "changed");
      git("", "update-ref", "refs/heads/master", commit);
    });
  }

  /// What it takes to name what differs between the last two commits, in seconds.
  double diff() {
    return Bench.seconds(() -> git("", "diff", "--name-status", "master^", "master"));
  }

  /// What it takes to add and commit everything below `work` to a fresh repository, in seconds.
  static double importFolder(Path folder, Path work) {
    var git = new Git(folder);
    var where = new String[] {"--git-dir=" + folder.resolve("git"), "--work-tree=" + work};
    git.git("", where[0], where[1], "init", "-q");
    return Bench.seconds(() -> {
      git.git("", where[0], where[1], "add", "-A");
      git.git(
          "",
          where[0],
          where[1],
          "-c",
          "user.name=a",
          "-c",
          "user.email=a@b",
          "commit",
          "-qm",
          "all");
    });
  }
}
