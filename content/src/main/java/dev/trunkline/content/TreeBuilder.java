package dev.trunkline.content;

import dev.trunkline.base.FilePath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;

/// Builds a whole tree from files and resets in the order of their paths; nodes are written once,
/// and only one path of them is kept.
final class TreeBuilder {
  private final KeyTree tree;
  private final Appender appender;
  private final Deque<Open> path = new ArrayDeque<>();

  TreeBuilder(KeyTree tree, Appender appender) {
    this.tree = tree;
    this.appender = appender;
    path.push(new Open(FilePath.ROOT, DirectoryBuilder.of(tree, appender, true)));
  }

  void file(FilePath file, NavigableMap<String, FileEdit> variants) {
    enter(file.parent());
    path.getFirst().builder.file(file.name(), variants);
  }

  void reset(FilePath directory, Reset reset) {
    enter(directory);
    path.getFirst().builder.reset(reset);
  }

  /// Adds a directory whose tree exists already.
  void directory(FilePath directory, Root root) {
    enter(directory.parent());
    path.getFirst().builder.directory(directory.name(), root);
  }

  private void enter(FilePath directory) {
    if (path.getFirst().path.equals(directory)) {
      return;
    }
    while (!path.getFirst().path.holds(directory)) {
      leave();
    }
    var at = path.getFirst().path;
    var elements = directory.elements();
    for (var name : elements.subList(at.elements().size(), elements.size())) {
      at = at.child(name);
      path.push(new Open(at, DirectoryBuilder.of(tree, appender, false)));
    }
  }

  private void leave() {
    var done = path.pop();
    path.getFirst().builder.directory(done.path.name(), done.builder.finish());
  }

  Root finish() {
    while (path.size() > 1) {
      leave();
    }
    return path.getFirst().builder.finish();
  }

  private record Open(FilePath path, DirectoryBuilder builder) {}
}
