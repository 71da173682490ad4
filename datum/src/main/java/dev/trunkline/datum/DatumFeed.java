package dev.trunkline.datum;

import dev.trunkline.content.Appender;
import java.util.Optional;

/// Where a worker takes its datums from, and what it tells of them.
///
/// [#next] is called on one thread, everything else on another; a datum may be asked for and laid
/// out while the one before it still runs, so neither may wait for the other.
public interface DatumFeed {
  /// The next datum; empty where none is left, after which it is not called again.
  Optional<DatumTask> next();

  /// An attempt at `task` is about to begin.
  default void started(DatumTask task) {}

  /// Where the output of `task` goes. Asked for when its program has succeeded; it is written to
  /// until [#done] is called for `task`, and never afterwards.
  Appender output(DatumTask task);

  /// One line of what `task` said; `user` tells the program's own from ours. The first is `started
  /// datum <id>`, when its program is about to start for the first time.
  void log(DatumTask task, boolean user, String text);

  /// What became of `task`, all attempts included. Datums end in another order than they were taken
  /// where one is tried again.
  void done(DatumTask task, DatumOutcome outcome);
}
