package dev.trunkline.cli;

/// What a command waited for ended badly: exit code 7.
final class Ended extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Ended(String message) {
    super(message);
  }
}
