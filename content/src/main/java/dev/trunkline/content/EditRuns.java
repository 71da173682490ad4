package dev.trunkline.content;

import dev.trunkline.base.Check;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// What a stream of edits has written so far: file sets to be folded in order, and one that is
/// still being written as long as edits come in the order of their paths.
final class EditRuns {
  private final KeyTree tree;
  private final Appender appender;
  private final BinaryOperator<Root> fold;

  /// The newest first; each stands for at least twice as many runs as the one after it.
  private final Deque<Run> done = new ArrayDeque<>();

  private @Nullable TreeBuilder open;
  private String last = "";

  EditRuns(KeyTree tree, Appender appender, BinaryOperator<Root> fold) {
    this.tree = tree;
    this.appender = appender;
    this.fold = fold;
  }

  /// Announces edits from one path to another: they go on with the open run where they lie behind
  /// it and reset nothing.
  void begin(String from, String to, boolean resets) {
    if (open != null && (resets || from.compareTo(last) <= 0)) {
      close();
    }
    if (open == null) {
      open = new TreeBuilder(tree, appender);
    }
    last = to;
  }

  /// Where the announced edits go.
  TreeBuilder out() {
    return Check.present(open, "edits are announced");
  }

  private void close() {
    if (open != null) {
      var root = open.finish();
      open = null;
      push(root);
    }
  }

  /// A whole file set on top of what came before.
  void add(Root fileSet) {
    close();
    push(fileSet);
  }

  private void push(Root root) {
    var run = new Run(root, 1);
    while (!done.isEmpty() && done.getFirst().weight <= run.weight) {
      var older = done.pop();
      run = new Run(fold.apply(older.root, run.root), older.weight + run.weight);
    }
    done.push(run);
  }

  Root finish() {
    close();
    var all = Root.EMPTY;
    while (!done.isEmpty()) {
      all = fold.apply(done.pop().root, all);
    }
    return all;
  }

  private record Run(Root root, int weight) {}
}
