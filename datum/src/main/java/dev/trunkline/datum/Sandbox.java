package dev.trunkline.datum;

/// What a worker's agent runs in.
public interface Sandbox {
  /// Whether what it was made from is still there.
  boolean isSound();

  /// What the system did to programs in it since the last call, in words; empty for nothing.
  String blame();

  /// Removes what is left of it, once the agent has ended.
  void discard();
}
