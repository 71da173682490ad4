package dev.trunkline.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trunkline.base.FilePath;
import dev.trunkline.content.Appender;
import dev.trunkline.content.Entry;
import dev.trunkline.content.FileSets;
import dev.trunkline.content.Root;
import dev.trunkline.content.Trees;
import dev.trunkline.datum.DatumOutcome;
import dev.trunkline.datum.DatumTask;

/// What the meta repo keeps about a datum: a description of it, and what its program saw and wrote.
/// Inputs and outputs are references to content that is stored already.
final class MetaFiles {
  /// Holds `<datum>/meta`.
  static final FilePath ABOUT = FilePath.clean("/meta");

  /// Holds `<datum>/.env`, `<datum>/<input>/...` and `<datum>/out/...`.
  static final FilePath FILES = FilePath.clean("/pfs");

  private final Trees trees;
  private final Appender appender;

  MetaFiles(Trees trees, Appender appender) {
    this.trees = trees;
    this.appender = appender;
  }

  /// The edits that add a datum; costs its inputs as the plan names them, and its output files.
  Root of(DatumTask task, DatumOutcome outcome, String description) {
    var sets = trees.fileSets();
    var set = sets.writer(appender);
    var id = task.id();
    text(set, ABOUT.child(id).child("meta"), id, description);
    var seen = FILES.child(id);
    text(set, seen.child(".env"), id, String.join("\n", outcome.environment()) + "\n");
    task.inputs().forEach(input -> add(set, seen.child(input.name()), id, input.entry()));
    var out = seen.child("out");
    sets.files(outcome.output(), (path, content) -> set.replace(at(out, path), id, content));
    return set.finish();
  }

  /// Adds an entry of an input as a datum sees it, where `below` stands for its repo.
  static void add(FileSets.Writer set, FilePath below, String datum, Entry entry) {
    switch (entry) {
      case Entry.OfFile file -> set.replace(at(below, file.path()), datum, file.content());
      case Entry.OfDirectory directory ->
          set.graft(at(below, directory.path()), datum, directory.root(), false);
    }
  }

  private static FilePath at(FilePath folder, FilePath path) {
    return path.isRoot() ? folder : new FilePath(folder.text() + path.text());
  }

  private static void text(FileSets.Writer set, FilePath path, String datum, String text) {
    var content = set.content();
    var bytes = text.getBytes(UTF_8);
    content.write(bytes, 0, bytes.length);
    set.replace(path, datum, content.finish());
  }
}
