package dev.trunkline.content;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;

/// Builds one directory from its children, which come in the order of their keys, and counts names
/// that are both file and directory.
final class DirectoryBuilder {
  private final KeyBuilder keys;

  /// Files whose directory of the same name can still come: each begins the ones after it.
  private final Deque<String> files = new ArrayDeque<>();

  private DirectoryBuilder(KeyBuilder keys) {
    this.keys = keys;
  }

  /// @param top whether this is the directory that holds everything
  static DirectoryBuilder of(KeyTree tree, Appender appender, boolean top) {
    return new DirectoryBuilder(
        top ? new KeyBuilder(tree, appender) : KeyBuilder.ofDirectory(tree, appender));
  }

  /// Builds a directory whose nodes are not stored.
  static DirectoryBuilder measuring(KeyTree tree) {
    return new DirectoryBuilder(KeyBuilder.measuring(tree));
  }

  void reset(Reset reset) {
    keys.add(reset.item());
  }

  void file(String name, NavigableMap<String, FileEdit> variants) {
    forget(name);
    if (variants.values().stream().anyMatch(FileEdit::isPresent)) {
      files.push(name);
    }
    keys.add(Children.file(name, variants));
  }

  /// Adds a directory unless it is empty.
  void directory(String name, Root root) {
    forget(name + "/");
    if (!root.isEmpty()) {
      keys.add(Children.directory(name, root, name.equals(files.peek())));
    }
  }

  private void forget(String key) {
    while (!files.isEmpty() && !key.startsWith(files.getFirst())) {
      files.pop();
    }
  }

  Root finish() {
    return keys.finish();
  }
}
