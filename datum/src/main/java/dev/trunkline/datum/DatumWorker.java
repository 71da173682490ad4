package dev.trunkline.datum;

/// Whoever runs datums one after the other.
public interface DatumWorker extends AutoCloseable {
  /// Runs the datums of `feed` until it has no more.
  void work(DatumFeed feed);

  /// Kills the program that runs for the datum with this id, where it still does; its attempt has
  /// failed.
  void kill(String datum);

  /// Whether it can run more datums: it still lives, and what it was made from is still there.
  boolean isReady();

  @Override
  void close();
}
