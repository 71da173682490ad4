package dev.trunkline.pipelines;

import dev.trunkline.base.Bytes;
import dev.trunkline.base.Hash;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Item;
import dev.trunkline.content.KeyChange;
import dev.trunkline.content.Root;
import dev.trunkline.content.Summary;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.DatumOutcome;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Puts together what a job leaves: RESULTS, REDO, and the edits that make its output.
///
/// output = files of the content parent + diff(its results, RESULTS): what a datum wrote before is
/// removed path by path, what it writes now is added. Costs the datums that differ.
final class Assembly {
  private static final int BATCH = 1024;

  private final Trees trees;
  private final Appender appender;

  Assembly(Trees trees, Appender appender) {
    this.trees = trees;
    this.appender = appender;
  }

  /// The results of the base without the datums that went, with those that ran.
  Root results(Root base, Iterator<Bytes> gone, Root fresh) {
    var root = base;
    var changes = new TreeMap<Bytes, Optional<Item>>();
    while (gone.hasNext()) {
      changes.put(gone.next(), Optional.empty());
      root = applied(root, changes, !gone.hasNext());
    }
    for (var items = trees.keys().scan(fresh, Bytes.EMPTY); items.hasNext(); ) {
      var item = items.next();
      changes.put(item.key(), Optional.of(item));
      root = applied(root, changes, !items.hasNext());
    }
    return root;
  }

  /// The ids of those that ran and did not succeed.
  Root redo(Root fresh) {
    var root = Root.EMPTY;
    var changes = new TreeMap<Bytes, Optional<Item>>();
    for (var items = trees.keys().scan(fresh, Bytes.EMPTY); items.hasNext(); ) {
      var item = items.next();
      if (DatumResult.of(item).state() != DatumOutcome.State.PROCESSED) {
        var id = new Item(item.key(), Bytes.EMPTY, List.of(), item.content(), new Summary(1, 0, 0));
        changes.put(item.key(), Optional.of(id));
      }
      root = applied(root, changes, !items.hasNext());
    }
    return root;
  }

  private Root applied(Root root, NavigableMap<Bytes, Optional<Item>> changes, boolean last) {
    if (changes.isEmpty() || (!last && changes.size() < BATCH)) {
      return root;
    }
    var applied = trees.keys().apply(root, changes, appender);
    changes.clear();
    return applied;
  }

  /// The edits that turn the files of `before` into those of `after`.
  Root output(Root before, Root after) {
    var sets = trees.fileSets();
    var removed = sets.writer(appender);
    for (var changes = trees.keys().diff(before, after); changes.hasNext(); ) {
      changes
          .next()
          .before()
          .map(DatumResult::of)
          .ifPresent(old ->
              sets.paths(old.output())
                  .forEachRemaining(path -> removed.delete(path, old.id().hex())));
    }
    return sets.unite(removed.finish(), written(before, after, DatumResult::output), appender);
  }

  /// The edits that turn what is kept about the datums of `before` into that about those of
  /// `after`.
  Root meta(Root before, Root after) {
    var removed = trees.fileSets().writer(appender);
    for (var changes = trees.keys().diff(before, after); changes.hasNext(); ) {
      var id = Hash.of(changes.next().key().array()).hex();
      removed.deleteTree(MetaFiles.ABOUT.child(id), "");
      removed.deleteTree(MetaFiles.FILES.child(id), "");
    }
    var written = written(before, after, DatumResult::meta);
    return trees.fileSets().unite(removed.finish(), written, appender);
  }

  private Iterator<Root> written(Root before, Root after, Function<DatumResult, Root> part) {
    var changes = trees.keys().diff(before, after);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return changes.hasNext();
      }

      @Override
      public Root next() {
        return now(changes.next(), part);
      }
    };
  }

  private static Root now(KeyChange change, Function<DatumResult, Root> part) {
    return change.after().map(DatumResult::of).map(part).orElse(Root.EMPTY);
  }
}
