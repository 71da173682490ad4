package dev.trunkline.versions;

/// Somebody who is told of commits inside the transaction that makes or finishes them.
public interface CommitHooks {
  /// Commits that follow from others were opened; the last thing in a transaction.
  void opened(Change change, CommitInfo commit);

  /// A commit was finished, with an error or without.
  void finished(Change change, CommitInfo commit);

  /// A commit was removed; what belongs to it must go too.
  default void removed(Change change, CommitName commit) {}
}
