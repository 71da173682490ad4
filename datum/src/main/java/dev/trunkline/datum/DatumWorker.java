package dev.trunkline.datum;

/// Whoever runs datums one after the other.
public interface DatumWorker extends AutoCloseable {
  /// Runs the datums of `feed` until it has no more.
  void work(DatumFeed feed);

  /// Kills what runs now.
  void kill();

  @Override
  void close();
}
