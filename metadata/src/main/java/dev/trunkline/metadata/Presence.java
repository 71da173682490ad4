package dev.trunkline.metadata;

/// The sign by which other processes on a database see that this one lives: a lock that it holds
/// for as long as its connection does.
interface Presence {
  /// Of a process that nobody looks for.
  Presence UNSEEN = () -> 0;

  /// What the lock is called; 0 where it is not held at the moment, and only time can tell.
  long process();
}
