package dev.trunkline.datum;

/// Takes the lines of a worker.
public interface LogSink {
  /// One line; `user` tells the program's own from ours.
  void line(boolean user, String text);
}
