package dev.trunkline.datum;

import dev.trunkline.content.Entry;
import java.util.List;
import java.util.Map;

/// One datum to run.
///
/// @param environment what differs from datum to datum
public record DatumTask(
    String id, List<InputFile> inputs, Program program, Map<String, String> environment) {

  /// A file or a directory that the datum is given, under `/pfs/<name>`.
  ///
  /// @param leaf the place of its leaf among the leaves of the input
  public record InputFile(int leaf, String name, Entry entry, String commit) {}
}
