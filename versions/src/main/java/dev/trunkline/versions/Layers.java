package dev.trunkline.versions;

import dev.trunkline.base.Failure;
import dev.trunkline.content.Root;
import dev.trunkline.storage.Storage;
import dev.trunkline.storage.Upload;
import dev.trunkline.versions.LayerRows.Layer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The layers of open commits: what each stream wrote, sixteen folded into one so that reads and
/// finishing meet few of them.
final class Layers {
  private static final Logger LOG = LoggerFactory.getLogger(Layers.class);
  private static final int WIDTH = 16;

  private final Versions versions;
  private final Storage storage;

  Layers(Versions versions, Storage storage) {
    this.versions = versions;
    this.storage = storage;
  }

  /// The edits of all `layers` in order.
  static Root fold(Storage storage, List<Layer> layers, Upload upload) {
    var diff = Root.EMPTY;
    for (var layer : layers) {
      diff = storage.trees().fileSets().fold(diff, layer.root(), upload);
    }
    return diff;
  }

  /// How many streams a layer of this level stands for.
  static long span(long level) {
    long span = 1;
    for (long i = 0; i < level; i++) {
      span *= WIDTH;
    }
    return span;
  }

  /// Folds the groups that the layer `ordinal` completes. What was written is durable before, so a
  /// failure here costs time later and nothing else.
  void compact(long commit, long ordinal) {
    try {
      for (long level = 1; (ordinal + 1) % span(level) == 0; level++) {
        if (!fold(commit, ordinal + 1 - span(level), level)) {
          return;
        }
      }
    } catch (Failure e) {
      LOG.warn("layers of commit {} stay as they are", commit, e);
    }
  }

  private boolean fold(long commit, long from, long level) {
    long end = from + span(level);
    var group = versions.read(tx -> LayerRows.group(tx, commit, level - 1, from, end));
    if (group.size() < 2) {
      return false;
    }
    try (var upload = storage.upload()) {
      var folded = new Layer(from, level, fold(storage, group, upload));
      upload.seal();
      return versions.quietly(tx -> {
        upload.publish(tx);
        return LayerRows.replace(tx, commit, folded, end, group.size());
      });
    }
  }
}
