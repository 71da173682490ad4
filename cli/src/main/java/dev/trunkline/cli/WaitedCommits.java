package dev.trunkline.cli;

import dev.trunkline.wire.pfs.CommitInfo;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Commits that were waited for, on their way to be printed: the first that ended with an error is
/// remembered. A set is shown with older commits that it was made from, whose end is not its own.
final class WaitedCommits implements Iterator<CommitInfo> {
  private final Iterator<CommitInfo> commits;
  private final Predicate<CommitInfo> own;
  private @Nullable CommitInfo wrong;

  WaitedCommits(Iterator<CommitInfo> commits, Predicate<CommitInfo> own) {
    this.commits = commits;
    this.own = own;
  }

  @Override
  public boolean hasNext() {
    return commits.hasNext();
  }

  @Override
  public CommitInfo next() {
    var info = commits.next();
    if (wrong == null && own.test(info) && !info.getError().isEmpty()) {
      wrong = info;
    }
    return info;
  }

  /// Fails where one of them did.
  void check() {
    if (wrong != null) {
      var commit = wrong.getCommit();
      throw new Ended(
          "commit %s@%s finished with an error: %s"
              .formatted(Refs.text(commit.getRepo()), commit.getId(), wrong.getError()));
    }
  }
}
